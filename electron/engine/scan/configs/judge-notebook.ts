import { isJsonArray, isJsonObject, type JsonObject } from '#engine/core/json-reader.ts';
import type { ScanContext } from '../format-scanner.ts';

/** A Jupyter notebook is code as soon as one of its cells is. */
export function judgeNotebook(root: JsonObject, context: ScanContext): void {
  const cells = root.get('cells');
  if (!isJsonArray(cells)) return;
  const code = cells.filter((cell) => !isJsonObject(cell) || cell.get('cell_type') !== 'markdown').length;
  if (code > 0) context.find('code.script', `It is a notebook with ${code} cells of code.`);
}
