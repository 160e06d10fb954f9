import type { ScannedFile } from '../scan-file.ts';
import { across, type AcrossFinding, factsOf, type FolderView } from './folder-view.ts';

/** How libraries name the table that a token's id leads into. */
const embeddingName = /(?:^|\.)(?:embed_tokens|wte|word_embeddings|tok_embeddings|embed_in|shared)\.weight$/;
const plainTypes = new Set(['F32', 'F16', 'BF16', 'float32', 'float16', 'bfloat16']);

/** Ids of a tokenizer beside the rows that its model has for them; what leads outside crashes a server, or reads other memory. */
export function compareVocabularies(view: FolderView): AcrossFinding[] {
  const findings: AcrossFinding[] = [];
  for (const folder of view.folders()) {
    const weights = folder.filter(({ format }) => format !== 'gguf');
    const rows = rowsOf(weights);
    for (const file of folder) {
      const own = file.format === 'gguf' ? rowsOf([file]) : rows;
      const ids = Math.max(0, ...factsOf(file, 'token-ids').map(({ count }) => count));
      if (own === undefined || ids <= own.rows) continue;
      const detail = `Its highest token has the id ${ids - 1}, and ${own.what} has ${own.rows} rows.`;
      findings.push(across(file.path, 'tokenizer.beyond-rows', detail));
    }
  }
  return findings;
}

/** As the configuration says, or as the table in the weights shows. */
function rowsOf(files: readonly ScannedFile[]): { readonly rows: number; readonly what: string } | undefined {
  const stated = files.flatMap((file) => factsOf(file, 'vocabulary-rows')).map(({ rows }) => rows);
  const tables = files
    .flatMap((file) => factsOf(file, 'tensor'))
    .filter(({ tensor }) => tensor.shape.length === 2 && plainTypes.has(tensor.dtype))
    .flatMap(({ tensor }) => (embeddingName.test(tensor.name) ? (tensor.shape[0] ?? []) : []));
  const [table, statement] = [Math.max(0, ...tables), Math.max(0, ...stated)];
  if (statement > 0) return { rows: Math.max(statement, table), what: 'the model' };
  return table > 0 ? { rows: table, what: 'the table of the weights' } : undefined;
}
