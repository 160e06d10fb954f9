import { create } from 'zustand';

/** What the person is about to do; each has its own dialog. */
export type TrustRequest =
  | { readonly kind: 'add-anchor' }
  | { readonly kind: 'revoke-anchor'; readonly id: string }
  | { readonly kind: 'remove-anchor'; readonly id: string };

interface TrustState {
  readonly request: TrustRequest | null;
  /** The anchor shown in the inspector. */
  readonly opened: string | null;
}

/** What this place is in the middle of. Data comes from the engine and is not kept here. */
export const useTrust = create<TrustState>(() => ({ request: null, opened: null }));

/** Opens the dialog of an act. */
export function ask(request: TrustRequest): void {
  useTrust.setState({ request });
}

/** Closes the dialog that is open. */
export function endRequest(): void {
  useTrust.setState({ request: null });
}

/** Opens an anchor's details; null closes them. */
export function openAnchor(id: string | null): void {
  useTrust.setState({ opened: id });
}
