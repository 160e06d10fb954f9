import { useKeyRequest } from '#renderer/lib/session.ts';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { UnlockDialog } from './unlock-dialog.tsx';

/** The dialogs about keys, over whichever place asked for them. */
export function KeyDialogs() {
  const dialog = useKeyRequest((request) => request.dialog);
  if (dialog === 'unlock') return <UnlockDialog />;
  return dialog === 'create' ? <CreateKeyDialog /> : null;
}
