import { useState } from 'react';
import type { AuditEntry, AuditProof } from '#shared/contract/audit.ts';
import { formatUtcTime } from '#shared/format/dates.ts';
import { Button } from '#renderer/components/button.tsx';
import { CopyButton, DigestText, Fingerprint } from '#renderer/components/digest-text.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { auditSentence } from './audit-sentence.ts';
import styles from './activity.module.css';

const outcomes = { done: 'verified', refused: 'warning', failed: 'failed' } as const;

/** One entry whole, and its proof on request. */
export function EntryInspector({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { body, index, leafHash } = entry;
  return (
    <Inspector title={`Entry ${index}`} onClose={onClose}>
      <p>
        <PlainText text={auditSentence(body)} />
      </p>
      <Facts>
        <Fact name="act">
          <code>{body.act}</code>
        </Fact>
        <Fact name="outcome">
          <VerdictMark verdict={outcomes[body.outcome]} label={body.outcome} />
        </Fact>
        <Fact name="object">
          <PlainText text={body.object} />
        </Fact>
        <Fact name="when">
          <TimeText at={body.at} />
          <br />
          {formatUtcTime(body.at)}
        </Fact>
        <Fact name="who">
          <PlainText text={body.who} />
        </Fact>
        <Fact name="key">
          {body.key === null ? 'none was unlocked' : <Fingerprint fingerprint={body.key} />}
        </Fact>
        {body.reason === null ? null : (
          <Fact name="reason">
            <PlainText text={body.reason} />
          </Fact>
        )}
        {Object.entries(body.details).map(([name, value]) => (
          <Fact key={name} name={name}>
            <PlainText text={value} />
          </Fact>
        ))}
        <Fact name="leaf hash">
          <DigestText digest={leafHash} />
        </Fact>
      </Facts>
      <Subjects subjects={body.subjects} />
      <div className={styles.line}>
        <span>The entry as JSON</span>
        <CopyButton text={JSON.stringify(entry, null, 2)} what="the entry as JSON" />
      </div>
      <Proof index={index} />
    </Inspector>
  );
}

function Subjects({ subjects }: { subjects: AuditEntry['body']['subjects'] }) {
  if (subjects.length === 0) return null;
  return (
    <section className={styles.form}>
      <SectionHeader title="Vouches for" />
      <ul className={styles.path}>
        {subjects.map((subject) => (
          <li key={`${subject.name} ${subject.digest}`}>
            <PlainText text={subject.name} /> <DigestText digest={subject.digest} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The path from the entry's leaf to the signed head: enough to check the entry with the log's public key alone. */
function Proof({ index }: { index: number }) {
  const act = useAct();
  const [proof, setProof] = useState<AuditProof | null>(null);
  const show = () => act.run(async () => setProof(await call('audit.proof', { index })));
  return (
    <section className={styles.form}>
      <SectionHeader title="Proof">
        {proof === null ? (
          <Button busy={act.busy} onClick={() => void show()}>
            Show the proof
          </Button>
        ) : (
          <span className={styles.line}>
            JSON <CopyButton text={JSON.stringify(proof, null, 2)} what="the proof as JSON" />
          </span>
        )}
      </SectionHeader>
      {act.failure ? <InlineFailure failure={act.failure} onRetry={() => void show()} /> : null}
      {proof === null ? null : (
        <>
          <p className={styles.quiet}>
            The leaf and these {proof.path.length} hashes lead to the root of the signed head (RFC 6962,
            section 2.1.1).
          </p>
          <Facts>
            <Fact name="leaf">
              <DigestText digest={proof.leaf} />
            </Fact>
            <Fact name="path">
              <ol className={styles.path}>
                {proof.path.map((hash) => (
                  <li key={hash}>
                    <DigestText digest={hash} />
                  </li>
                ))}
              </ol>
            </Fact>
            <Fact name="head">
              {proof.head.size} entries, root <DigestText digest={proof.head.rootHash} />
            </Fact>
            <Fact name="log key">
              <PlainText mono text={proof.logKey} />
            </Fact>
          </Facts>
          {proof.head.checkpoint === null ? null : <pre className={styles.note}>{proof.head.checkpoint}</pre>}
        </>
      )}
    </section>
  );
}
