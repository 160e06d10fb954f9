import { formatNoun } from '#shared/format/bytes.ts';
import type { Location } from '#shared/contract/basics.ts';
import type { PackQuorum } from '#shared/contract/trust-pack.ts';
import { Button } from '#renderer/components/button.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { useCall } from '#renderer/lib/query.ts';
import { requestUnlock, useSession } from '#renderer/lib/session.ts';
import { QuorumList } from './pack-view.tsx';
import styles from './packs.module.css';

/** Collects the signatures of a pack file: one root holder after the other unlocks their key here and signs. */
export function PackSignatures({ source }: { source: Location }) {
  const inspection = useCall('trust.pack.inspect', { source: source.handle }, ['trust', 'audit']);
  return (
    <Loaded query={inspection} label="Reading the signatures">
      {({ pack, quorums, checks }) =>
        pack === null ? (
          <p>
            <VerdictMark verdict="failed" label={checks[0]?.detail ?? 'This is no trust pack.'} />
          </p>
        ) : (
          <>
            <p>
              Pack {pack.number} of {pack.authority}, {formatNoun(pack.anchors, 'anchor')},{' '}
              {formatNoun(pack.revocations, 'revocation')}, in <PlainText mono text={source.label} />
            </p>
            {quorums.map((quorum) => (
              <QuorumList key={quorum.roots} quorum={quorum} collecting />
            ))}
            <Sign source={source} quorums={quorums} onSigned={inspection.reload} />
          </>
        )
      }
    </Loaded>
  );
}

interface SignProps {
  source: Location;
  quorums: readonly PackQuorum[];
  onSigned: () => void;
}

function Sign({ source, quorums, onSigned }: SignProps) {
  const act = useAct();
  const person = useSession().value?.person ?? null;
  const own = quorums.flatMap(({ keys }) => keys).find((key) => key.fingerprint === person?.fingerprint);
  const missing = quorums.map(
    ({ threshold, keys }) => threshold - keys.filter(({ signed }) => signed).length,
  );
  const lacking = Math.max(0, ...missing);
  const sign = async () => {
    if (await act.run(() => call('trust.pack.sign', { source: source.handle }))) onSigned();
  };
  return (
    <>
      <p>
        {lacking === 0 ? (
          <VerdictMark verdict="verified" label="Enough root holders signed it. It can be handed over." />
        ) : (
          `${formatNoun(lacking, 'signature')} more ${lacking === 1 ? 'is' : 'are'} needed, here or at another site of a root holder.`
        )}
      </p>
      <div className={styles.line}>
        <Button variant="primary" busy={act.busy} disabledReason={signRefusal()} onClick={() => void sign()}>
          {person === null ? 'Sign the pack' : `Sign the pack as ${person.name}`}
        </Button>
        <Button onClick={() => requestUnlock()}>
          {person === null ? 'Unlock a key…' : 'Unlock another key…'}
        </Button>
      </div>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </>
  );

  function signRefusal(): string | null {
    if (person === null) return 'Unlock the key of a root holder first.';
    if (own === undefined) return `The key of ${person.name} is not among the roots.`;
    return own.signed ? `${person.name} has signed it already.` : null;
  }
}
