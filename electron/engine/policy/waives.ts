import type { Digest } from '#shared/contract/basics.ts';

/** A waiver that counts: signed, not expired, not revoked. */
export interface ActiveWaiver {
  readonly id: string;
  readonly subject: Digest;
  readonly rule: string;
}

/** The waiver that accepts this rule for one of these digests (a file's, its release's manifest's), or null. */
export function findWaiver(
  waivers: readonly ActiveWaiver[],
  rule: string,
  subjects: readonly (Digest | null)[],
): ActiveWaiver | null {
  return waivers.find((waiver) => waiver.rule === rule && subjects.includes(waiver.subject)) ?? null;
}
