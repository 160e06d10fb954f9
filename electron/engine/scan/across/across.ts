import type { ScannedFile } from '../scan-file.ts';
import { compareAdapters } from './adapters.ts';
import { compareDuplicates } from './duplicates.ts';
import { compareExternalData } from './external-data.ts';
import { type AcrossFinding, FolderView } from './folder-view.ts';
import { checkNumbering, compareIndexes } from './shards.ts';
import { compareVocabularies } from './vocabulary.ts';

/**
 * What is wrong with files together that are each well formed: an index and its shards, data outside a model, a tokenizer and
 * its model, weights in two formats. Pure over what their scans learnt; reads nothing.
 */
export function scanAcross(files: readonly ScannedFile[]): AcrossFinding[] {
  const view = new FolderView(files);
  return [
    ...compareIndexes(view),
    ...checkNumbering(view),
    ...compareExternalData(view),
    ...compareVocabularies(view),
    ...compareDuplicates(view),
    ...compareAdapters(view),
  ];
}
