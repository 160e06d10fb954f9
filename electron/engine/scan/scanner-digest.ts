import type { Digest } from '#shared/contract/basics.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { digestOf } from '#engine/core/digest.ts';
import { scanRules } from './rules/index.ts';

/** Which scanner: the digest over every rule with its version. What was found by another one is looked for again. */
export const scannerDigest: Digest = digestOf(
  canonicalBytes([...scanRules.values()].map(({ id, version }) => [id, version]).sort()),
);
