import type { Value } from './values.ts';

/** A global that a pickle of weights may name, and what it may do with it. */
export interface AllowedGlobal {
  /**
   * What REDUCE or NEWOBJ makes of it; throws Refusal for arguments that are not in its schema. Without it the global may be
   * named (a dtype, a class as an argument) but not called.
   */
  readonly call?: (args: readonly Value[]) => Value;
  /** What it means where it is an argument. */
  readonly role?: GlobalRole;
}

export type GlobalRole =
  | { readonly kind: 'dtype'; readonly dtype: string }
  | { readonly kind: 'storage-class'; readonly dtype: string }
  /** A class that may be called without arguments: what defaultdict calls. */
  | { readonly kind: 'factory' }
  | { readonly kind: 'tensor-class' }
  /** A torch function that puts a tensor together. */
  | { readonly kind: 'rebuild' }
  | { readonly kind: 'array-class' }
  | { readonly kind: 'constant' };

/** Thrown by a schema: the call is on the list, its arguments are not. Never leaves the walker. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Throws Refusal where something does not hold. */
export function demand(holds: boolean, detail: string): asserts holds {
  if (!holds) throw new Refusal(detail);
}

/** Rows of a table of globals, keyed `module name`. */
export type GlobalTable = Readonly<Record<string, AllowedGlobal>>;
