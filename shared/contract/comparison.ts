import { z } from 'zod';
import { Digest, ReleaseRef, SizeBytes } from './basics.ts';
import { Tensor } from './scan.ts';

/** A tensor and the file of the release that it lies in. */
export const PlacedTensor = Tensor.extend({ path: z.string() });
export type PlacedTensor = z.infer<typeof PlacedTensor>;

/**
 * `changed`: same type and shape, other bytes. `retyped`: another type or shape. `moved`: the same tensor in another file or
 * under another name.
 */
export const TensorChangeKind = z.enum(['identical', 'changed', 'retyped', 'moved', 'added', 'removed']);
export type TensorChangeKind = z.infer<typeof TensorChangeKind>;

export const TensorChange = z.object({
  name: z.string(),
  change: TensorChangeKind,
  before: PlacedTensor.nullable(),
  after: PlacedTensor.nullable(),
});
export type TensorChange = z.infer<typeof TensorChange>;

export const TensorCounts = z.object({
  identical: z.number().int(),
  changed: z.number().int(),
  retyped: z.number().int(),
  moved: z.number().int(),
  added: z.number().int(),
  removed: z.number().int(),
});
export type TensorCounts = z.infer<typeof TensorCounts>;

/** One page of a comparison of tensors. */
export const TensorComparison = z.object({
  before: ReleaseRef.extend({ manifestDigest: Digest }),
  after: ReleaseRef.extend({ manifestDigest: Digest }),
  /** Of the whole comparison, whatever was asked for. */
  counts: TensorCounts,
  /** How many changes meet what was asked for. */
  total: z.number().int(),
  changes: z.array(TensorChange),
  /** Weight files whose tensors are not known here, so that nothing can be said about them. */
  unknown: z.array(z.object({ side: z.enum(['before', 'after']), path: z.string(), sizeBytes: SizeBytes })),
});
export type TensorComparison = z.infer<typeof TensorComparison>;

/** A line as both sides have it, or one of them; numbers count from 1. Shown escaped. */
export const TextLine = z.object({
  kind: z.enum(['same', 'added', 'removed']),
  text: z.string(),
  before: z.number().int().nullable(),
  after: z.number().int().nullable(),
});
export type TextLine = z.infer<typeof TextLine>;

/** How a text (a chat template, a config file) differs. */
export const TextDifference = z.object({
  path: z.string(),
  /** Which text inside the file, e.g. `tokenizer.chat_template`; null for the whole file. */
  subject: z.string().nullable(),
  change: z.enum(['changed', 'added', 'removed']),
  /** Changed lines with a few around them. */
  lines: z.array(TextLine),
  /** There is more than is shown. */
  isCut: z.boolean(),
});
export type TextDifference = z.infer<typeof TextDifference>;
