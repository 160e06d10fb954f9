import type { ReleaseDiff, ReleaseFile } from '#shared/contract/releases.ts';

/** How a file differs; `moved`: the same bytes under another path. */
export interface FileDifference {
  readonly path: string;
  readonly change: ReleaseDiff['files'][number]['change'] | 'moved';
  readonly before: ReleaseFile | undefined;
  readonly after: ReleaseFile | undefined;
}

/** A file that went and one that came with the same bytes are one that moved; it stands under its new path. */
export function withMoves(files: ReleaseDiff['files']): FileDifference[] {
  const gone = new Map<string, ReleaseFile[]>();
  for (const { change, before } of files) {
    if (change === 'removed' && before) gone.set(before.digest, [...(gone.get(before.digest) ?? []), before]);
  }
  const moved = new Set<ReleaseFile>();
  const found = files.map(({ path, change, before, after }): FileDifference => {
    const from = change === 'added' && after ? gone.get(after.digest)?.shift() : undefined;
    if (!from) return { path, change, before, after };
    moved.add(from);
    return { path, change: 'moved', before: from, after };
  });
  return found.filter(({ change, before }) => change !== 'removed' || !before || !moved.has(before));
}
