import { type SetDraft, sentStretches } from '#engine/bundle/make-set.ts';
import type { PlannedPart, PlanStretch } from '#engine/bundle/planned-part.ts';

/** The stretches of a set that parts do not cover yet. Parts of a blob are always its beginning. */
export function restOf(draft: SetDraft, parts: readonly PlannedPart[]): PlanStretch[] {
  const ends = new Map<string, { end: number; count: number }>();
  for (const part of parts) {
    const soFar = ends.get(part.blob) ?? { end: 0, count: 0 };
    ends.set(part.blob, { end: part.offset + part.sizeBytes, count: soFar.count + 1 });
  }
  return sentStretches(draft).flatMap((stretch) => {
    const { end, count } = ends.get(stretch.digest) ?? { end: 0, count: 0 };
    if (count === 0) return [stretch];
    const last = stretch.offset + stretch.lengthBytes;
    const offset = Math.max(stretch.offset, end);
    return offset >= last ? [] : [{ ...stretch, offset, lengthBytes: last - offset, firstIndex: count }];
  });
}

/** Parts blob by blob, as the control file lists them. */
export function inBlobOrder(draft: SetDraft, parts: readonly PlannedPart[]): PlannedPart[] {
  const order = new Map(draft.blobs.map((blob, n) => [blob.digest, n]));
  const place = (part: PlannedPart) => order.get(part.blob) ?? 0;
  return [...parts].sort((a, b) => place(a) - place(b) || a.index - b.index);
}
