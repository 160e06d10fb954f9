import { create } from 'zustand';

/** A pin about to be moved; what is null is still to be chosen in the dialog. */
export interface PinRequest {
  readonly model: string;
  readonly channel: string | null;
  readonly version: string | null;
}

/** A release about to be deprecated or revoked. */
export interface LifecycleRequest {
  readonly model: string;
  readonly version: string;
  readonly state: 'deprecated' | 'revoked';
}

interface ModelsState {
  readonly pin: PinRequest | null;
  readonly lifecycle: LifecycleRequest | null;
  /** Files that are equal on both sides are shown too. */
  readonly showIdentical: boolean;
}

/** What this place is in the middle of. Data comes from the engine and is not kept here. */
export const useModels = create<ModelsState>(() => ({ pin: null, lifecycle: null, showIdentical: false }));

/** Opens the dialog that moves a channel. */
export function requestPin(pin: PinRequest): void {
  useModels.setState({ pin });
}

/** Opens the dialog that deprecates or revokes. */
export function requestLifecycle(lifecycle: LifecycleRequest): void {
  useModels.setState({ lifecycle });
}

/** Closes whichever dialog is open. */
export function closeDialogs(): void {
  useModels.setState({ pin: null, lifecycle: null });
}

/** Shows or hides what did not change in a comparison. */
export function toggleIdentical(): void {
  useModels.setState(({ showIdentical }) => ({ showIdentical: !showIdentical }));
}
