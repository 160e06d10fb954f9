import type { Receipt } from '#shared/contract/transfers.ts';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useSession } from '#renderer/lib/session.ts';

/** Who signed a receipt or a re-request, as far as this site can tell. */
export function SignatureMark({ signature, signer }: Pick<Receipt, 'signature' | 'signer'>) {
  const person = useSession().value?.person;
  if (signature === 'invalid') return <VerdictMark verdict="failed" label="signature does not hold" />;
  if (signature === 'absent') return <VerdictMark verdict="not-checked" label="not signed" />;
  if (person && signer?.fingerprint === person.fingerprint) {
    return <VerdictMark verdict="verified" label={`signed with your own key, ${person.name}`} />;
  }
  return signer?.anchor ? (
    <VerdictMark verdict="verified" label={`signed by ${signer.anchor.owner}`} />
  ) : (
    <VerdictMark verdict="failed" label="signed by a key that no anchor knows" />
  );
}
