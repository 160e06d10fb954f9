import { create } from 'zustand';
import type { Session } from '#shared/contract/trust.ts';
import { useCall, type Query } from './query.ts';

/** Who acts now. */
export function useSession(): Query<Session> {
  return useCall('session.get', {}, ['people']);
}

interface KeyRequest {
  /** Which of the frame's dialogs about keys is open. */
  readonly dialog: 'unlock' | 'create' | null;
  /** Runs once a key is unlocked, e.g. to go on with the act that needed it. */
  readonly then: (() => void) | null;
}

/** What is asked of the person about their key; the frame shows it over any place. */
export const useKeyRequest = create<KeyRequest>(() => ({ dialog: null, then: null }));

/** Opens the unlock dialog; `then` runs when a key was unlocked, not when the dialog is left. */
export function requestUnlock(then: (() => void) | null = null): void {
  useKeyRequest.setState({ dialog: 'unlock', then });
}

/** Opens the dialog that makes a key; while unlocking was asked for, what had to follow still follows. */
export function requestNewKey(): void {
  useKeyRequest.setState({ dialog: 'create' });
}

/** Closes whichever dialog is open. */
export function endKeyRequest(unlocked: boolean): void {
  const { then } = useKeyRequest.getState();
  useKeyRequest.setState({ dialog: null, then: null });
  if (unlocked) then?.();
}
