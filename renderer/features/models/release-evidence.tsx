import type { ReleaseDetail } from '#shared/contract/releases.ts';
import { Button } from '#renderer/components/button.tsx';
import { EvidenceView } from '#renderer/components/evidence-view.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';

/** The newest evidence of a release, a way to verify it again by the trust data of now, and what it was published on. */
export function ReleaseEvidence({ release }: { release: ReleaseDetail }) {
  const { model, version, evidence, verifiedAgain, publishedAt, publishedBy } = release;
  const act = useAct();
  const exported = { of: { release: { model, version } }, name: `${model}@${version}` };
  return (
    <>
      <SectionHeader title={verifiedAgain === null ? 'As it was published' : 'Verified again'}>
        <Button
          busy={act.busy}
          onClick={() => void act.run(() => call('releases.verify', { model, version }))}
          title="By the anchors, revocations and clock of now. Stored bytes are not read again: a fixity check does that."
        >
          Verify again
        </Button>
      </SectionHeader>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
      <EvidenceView report={verifiedAgain?.evidence ?? evidence} by={verifiedAgain?.by} exported={exported} />
      {verifiedAgain === null ? null : (
        <details>
          <summary>
            As it was published, <TimeText at={publishedAt} /> by <PlainText text={publishedBy} />
          </summary>
          <EvidenceView report={evidence} />
        </details>
      )}
    </>
  );
}
