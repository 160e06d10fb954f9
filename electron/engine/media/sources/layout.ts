import type { Check } from '#shared/contract/evidence.ts';
import type { EntryProblem } from '#engine/core/folder-port.ts';
import { findCollisions } from '#engine/core/release-path.ts';
import { makeVisible } from '../walk.ts';
import type { Extent, SourceTree } from './source-tree.ts';

/** A file of the release that is to be, and where it lies. */
export interface LaidOutFile {
  /** In the release. */
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 (hex) that the layout itself says these bytes have; null when it says nothing. */
  readonly stated: string | null;
  readonly tree: SourceTree;
  readonly treePath: string;
}

/** A stretch of one file that holds several files of the release, and whose own digest is stated: a tar layer. */
export interface SourceLayer {
  /** What a person calls it. */
  readonly name: string;
  readonly extent: Extent;
  readonly sizeBytes: number;
  /** SHA-256 (hex) of the whole stretch. */
  readonly sha256: string;
  /** Paths of its files, in the order in which they lie there. */
  readonly paths: readonly string[];
}

/** What a source is, found out without reading payload. */
export interface Layout {
  readonly kind: 'folder' | 'hugging-face' | 'oci-layout';
  /** For a person, e.g. `Hugging Face snapshot of org/name at 1f3a90c2`. */
  readonly title: string;
  /** What the layout says about itself, and what was left out, as evidence. */
  readonly facts: readonly Check[];
  readonly files: readonly LaidOutFile[];
  readonly problems: readonly EntryProblem[];
  readonly layers: readonly SourceLayer[];
  /** Small files by path that are no part of the release and that verification sees: what a downloader noted. */
  readonly notes: ReadonlyMap<string, Uint8Array>;
  /** Whether the stated digests hang together up to one that names the whole (an OCI manifest). */
  readonly isContentAddressed: boolean;
}

/** Files in the order every listing has, and those that cannot stand side by side as problems. */
export function settle(layout: Layout): Layout {
  const collisions = findCollisions(layout.files.map(({ path }) => path)).map((group): EntryProblem => {
    const [first = '', ...others] = group.map(makeVisible);
    const detail = `cannot stand beside ${others.join(', ')} on every file system`;
    return { path: first, code: 'PATH-COLLISION', detail };
  });
  const problems = layout.problems.filter(({ code }) => code !== 'PATH-COLLISION');
  return {
    ...layout,
    files: [...layout.files].sort(byCodePoint),
    problems: [...problems, ...collisions].sort(byCodePoint),
  };
}

function byCodePoint(a: { path: string }, b: { path: string }): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}
