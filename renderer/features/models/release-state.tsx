import type { ReleaseSummary } from '#shared/contract/releases.ts';
import { VerdictMark } from '#renderer/components/verdict.tsx';

/** Says that a release is deprecated or revoked; a published one needs no word. */
export function ReleaseState({ state }: { state: ReleaseSummary['state'] }) {
  if (state === 'published') return null;
  return <VerdictMark verdict={state === 'revoked' ? 'failed' : 'warning'} label={state} />;
}
