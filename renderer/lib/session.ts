import { create } from 'zustand';
import type { Session } from '#shared/contract/trust.ts';
import { useCall, type Query } from './query.ts';

/** Who acts now. */
export function useSession(): Query<Session> {
  return useCall('session.get', {}, ['people']);
}

interface UnlockState {
  readonly open: boolean;
  /** Runs once a key is unlocked, e.g. to go on with the act that needed it. */
  readonly then: (() => void) | null;
}

/** Whether the unlock dialog of the frame is open. */
export const useUnlock = create<UnlockState>(() => ({ open: false, then: null }));

/** Opens the unlock dialog; `then` runs when a key was unlocked, not when the dialog is left. */
export function requestUnlock(then: (() => void) | null = null): void {
  useUnlock.setState({ open: true, then });
}

/** Closes the unlock dialog. */
export function endUnlock(unlocked: boolean): void {
  const { then } = useUnlock.getState();
  useUnlock.setState({ open: false, then: null });
  if (unlocked) then?.();
}
