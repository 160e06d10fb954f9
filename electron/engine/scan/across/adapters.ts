import type { TensorEntry } from '../facts.ts';
import type { ScannedFile } from '../scan-file.ts';
import { across, type AcrossFinding, acrossEach, factsOf, type FolderView } from './folder-view.ts';

/** How PEFT names the two halves of a change to one matrix of the base model. */
const half = /^(?:base_model\.model\.)?(.+?)\.lora_(A|B)(?:\.\w+)?\.weight$/;

/**
 * An adapter (LoRA) against the rank that it states and the base model: where that is here too, every matrix that the adapter
 * changes is in it with a shape that fits; where it is not, nothing binds the one to the bytes of the other, which is said.
 */
export function compareAdapters(view: FolderView): AcrossFinding[] {
  return [...view.folders()].flatMap((folder) =>
    folder.flatMap((file) =>
      factsOf(file, 'base-model').flatMap((base) => compareOne(view, folder, file, base)),
    ),
  );
}

function compareOne(
  view: FolderView,
  folder: readonly ScannedFile[],
  configuration: ScannedFile,
  base: { readonly name: string; readonly rank: number | null },
): AcrossFinding[] {
  const weights = folder.filter((file) => tensorsOf(file).some(({ name }) => half.test(name)));
  return weights.flatMap((file) => {
    const halves = tensorsOf(file).flatMap((tensor) => {
      const [, matrix, side] = half.exec(tensor.name) ?? [];
      return matrix === undefined ? [] : [{ tensor, matrix, side }];
    });
    const ranks = halves.filter(({ tensor: { shape }, side }) => {
      return base.rank !== null && shape.length === 2 && shape[side === 'A' ? 0 : 1] !== base.rank;
    });
    const matrices = matricesBeside(view, weights);
    const findings = acrossEach(
      file.path,
      'adapter.rank',
      `Its configuration states rank ${base.rank}, and a tensor has another.`,
      ranks.map(({ tensor }) => tensor.name),
    );
    if (matrices.size === 0) {
      const detail = 'The model that it changes is not here, and no digest says which bytes of it are meant.';
      return [...findings, across(configuration.path, 'adapter.base-elsewhere', detail, base.name)];
    }
    const odd = halves.filter(({ tensor: { shape }, matrix, side }) => {
      const target = matrices.get(matrix);
      if (target === undefined) return true;
      return (
        shape.length === 2 &&
        target.length === 2 &&
        shape[side === 'A' ? 1 : 0] !== target[side === 'A' ? 1 : 0]
      );
    });
    return [
      ...findings,
      ...acrossEach(
        file.path,
        'adapter.other-base',
        'The base model here has no matrix that it could change, or one of another shape.',
        odd.map(({ tensor }) => tensor.name),
      ),
    ];
  });
}

/** Matrices of models in the same set of files, by name without `.weight`. */
function matricesBeside(
  view: FolderView,
  adapters: readonly ScannedFile[],
): ReadonlyMap<string, readonly number[]> {
  const matrices = new Map<string, readonly number[]>();
  for (const file of view.files) {
    if (adapters.includes(file) || file.format === 'gguf') continue;
    for (const { name, shape } of tensorsOf(file)) {
      if (name.endsWith('.weight') && !half.test(name)) matrices.set(name.slice(0, -'.weight'.length), shape);
    }
  }
  return matrices;
}

function tensorsOf(file: ScannedFile): TensorEntry[] {
  return factsOf(file, 'tensor').map(({ tensor }) => tensor);
}
