import type { AllowedGlobal } from './values.ts';

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
