import type { ParsedInput } from '#shared/contract/calls.ts';
import type { PlacedTensor, TensorChange, TensorComparison } from '#shared/contract/comparison.ts';
import type { ReleaseFile } from '#shared/contract/releases.ts';
import { compareTensors, countChanges } from '#engine/scan/compare-tensors.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { compareReleaseTexts } from './compare-release-texts.ts';
import { findRelease } from './find-release.ts';

type Names = 'releases.tensors' | 'releases.compareTensors' | 'releases.compareTexts';

/** What two releases have in common below the level of files; from what was computed when their bytes came in. */
export function compareCalls(context: EngineContext): CallHandlers<Names> {
  const { registry } = context;
  const tensors = new TensorCache(context);
  return {
    'releases.tensors': ({ model, version, path, offset, limit }) => {
      const release = findRelease(registry, model, version);
      const all = tensors.of(release).filter((tensor) => path === undefined || tensor.path === path);
      return { total: all.length, tensors: all.slice(offset, offset + limit) };
    },
    'releases.compareTensors': (input) => {
      const before = findRelease(registry, input.before.model, input.before.version);
      const after = findRelease(registry, input.after.model, input.after.version);
      return pageOf(context, { before, after }, tensors.compare(before, after), input);
    },
    'releases.compareTexts': ({ before, after }) =>
      compareReleaseTexts(
        context,
        findRelease(registry, before.model, before.version),
        findRelease(registry, after.model, after.version),
      ),
  };
}

function pageOf(
  { registry }: EngineContext,
  { before, after }: { before: ReleaseRow; after: ReleaseRow },
  changes: readonly TensorChange[],
  { changes: kinds, text, offset, limit }: ParsedInput<'releases.compareTensors'>,
): TensorComparison {
  const needle = text?.toLowerCase() ?? '';
  const wanted = changes.filter(
    ({ name, change }) =>
      (kinds === undefined || kinds.includes(change)) && name.toLowerCase().includes(needle),
  );
  const files = { before: registry.releases.files(before.id), after: registry.releases.files(after.id) };
  const shared = new Set(files.before.map(({ digest }) => digest));
  const common = new Set(files.after.map(({ digest }) => digest).filter((digest) => shared.has(digest)));
  const unknownOf = (side: 'before' | 'after') =>
    files[side].filter((file) => isUnknown(file)).map(({ path, sizeBytes }) => ({ side, path, sizeBytes }));
  // A file that both have is the same, whatever is in it.
  const isUnknown = ({ role, digest }: ReleaseFile) =>
    role === 'weight' && !common.has(digest) && registry.tensors.count(digest) === 0;
  return {
    before: refOf(before),
    after: refOf(after),
    counts: countChanges(changes),
    total: wanted.length,
    changes: wanted.slice(offset, offset + limit),
    unknown: [...unknownOf('before'), ...unknownOf('after')],
  };
}

function refOf({ model, version, manifestDigest }: ReleaseRow) {
  return { model, version, manifestDigest };
}

/** Releases are immutable: the tensors of the last two, and their comparison, are kept for the next page. */
class TensorCache {
  readonly #context: EngineContext;
  #tensors: { readonly release: string; readonly tensors: readonly PlacedTensor[] }[] = [];
  #comparison: { readonly of: string; readonly changes: readonly TensorChange[] } | null = null;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  of(release: ReleaseRow): readonly PlacedTensor[] {
    const known = this.#tensors.find((entry) => entry.release === release.manifestDigest);
    if (known !== undefined) return known.tensors;
    const { releases, tensors } = this.#context.registry;
    const read = releases
      .files(release.id)
      .flatMap(({ path, digest }) => tensors.list(digest).map((tensor) => ({ ...tensor, path })));
    // A release whose tensors are not known yet may get them by a scan.
    if (read.length > 0) {
      this.#tensors = [{ release: release.manifestDigest, tensors: read }, ...this.#tensors].slice(0, 2);
    }
    return read;
  }

  compare(before: ReleaseRow, after: ReleaseRow): readonly TensorChange[] {
    const sides = [this.of(before), this.of(after)] as const;
    const of = `${before.manifestDigest} ${after.manifestDigest} ${sides.map((side) => side.length).join()}`;
    if (this.#comparison?.of !== of) this.#comparison = { of, changes: compareTensors(...sides) };
    return this.#comparison.changes;
  }
}
