import type { ScannedFile } from '../scan-file.ts';
import { across, type AcrossFinding, acrossEach, factsOf, type FolderView } from './folder-view.ts';

/** Loaders prefer one of several formats, each another one. */
const formats = ['safetensors', 'torch-zip', 'torch-legacy', 'pickle', 'hdf5'] as const;

/** The same weights in two formats in one folder: what was looked at and what is loaded should be the same. */
export function compareDuplicates(view: FolderView): AcrossFinding[] {
  return [...view.folders()].flatMap((folder) => {
    const sets = formats
      .map((format) => tensorsOf(folder.filter((file) => file.format === format)))
      .filter(({ shapes }) => shapes.size > 0);
    const [first, ...others] = sets;
    return first === undefined ? [] : others.flatMap((other) => compareTwo(first, other));
  });
}

interface TensorSet {
  readonly path: string;
  readonly format: string;
  readonly shapes: ReadonlyMap<string, string>;
}

function tensorsOf(files: readonly ScannedFile[]): TensorSet {
  const shapes = new Map<string, string>();
  for (const file of files) {
    for (const { tensor } of factsOf(file, 'tensor')) shapes.set(tensor.name, tensor.shape.join(' × '));
  }
  return { path: files[0]?.path ?? '', format: files[0]?.format ?? '', shapes };
}

function compareTwo(first: TensorSet, other: TensorSet): AcrossFinding[] {
  const shared = [...other.shapes.keys()].filter((name) => first.shapes.has(name));
  if (shared.length * 2 < Math.min(first.shapes.size, other.shapes.size)) return [];
  const different = shared.filter((name) => first.shapes.get(name) !== other.shapes.get(name));
  const detail = `${shared.length} tensors are here as ${first.format} and as ${other.format}.`;
  return [
    across(other.path, 'weights.twice', detail),
    ...acrossEach(
      other.path,
      'weights.disagree',
      `A tensor has another shape here than in the ${first.format} files.`,
      different,
    ),
  ];
}
