import { create } from 'zustand';
import type { PolicyDocument } from '#shared/contract/policy.ts';

/** What the person is about to do; each has its own dialog. */
export type TrustRequest =
  | { readonly kind: 'add-anchor' }
  | { readonly kind: 'save-policy' }
  | { readonly kind: 'take-pack' }
  | { readonly kind: 'make-pack' }
  | { readonly kind: 'sign-pack' }
  | { readonly kind: 'limit-anchor'; readonly id: string }
  | { readonly kind: 'refresh-anchor'; readonly id: string }
  | { readonly kind: 'revoke-anchor'; readonly id: string }
  | { readonly kind: 'remove-anchor'; readonly id: string };

/** A policy that a person is changing, and the version it started from. */
export interface PolicyDraft {
  readonly basedOn: number;
  readonly document: PolicyDocument;
}

interface TrustState {
  readonly request: TrustRequest | null;
  /** The anchor shown in the inspector. */
  readonly opened: string | null;
  /** Outlives the place, so that going elsewhere to look loses nothing. */
  readonly draft: PolicyDraft | null;
}

/** What this place is in the middle of. Data comes from the engine and is not kept here. */
export const useTrust = create<TrustState>(() => ({ request: null, opened: null, draft: null }));

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

/** Keeps a changed policy that is not saved; null drops it. */
export function setDraft(draft: PolicyDraft | null): void {
  useTrust.setState({ draft });
}
