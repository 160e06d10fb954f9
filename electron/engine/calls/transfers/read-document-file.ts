import type { DocumentFile } from '#engine/bundle/site-document.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { MediaTools } from '#engine/media/media-folder.ts';
import { openMediaFolder } from '#engine/media/open-media-folder.ts';
import { MAX_ENVELOPE_BYTES } from '#engine/trust/dsse.ts';

/** The bytes of the document that a person named: the file, or the only one of its kind in a folder. Throws its code. */
export async function readDocumentFile(
  tools: MediaTools,
  place: string,
  { name, code, filePrefix }: DocumentFile,
): Promise<Uint8Array> {
  const folder = await openMediaFolder(place, tools);
  const { files } = await folder.list();
  const isOne = (path: string) =>
    path.startsWith(filePrefix) && path.endsWith('.dsse.json') && !path.includes('/');
  const [only, ...others] = files.length === 1 ? files : files.filter((file) => isOne(file.path));
  if (only !== undefined && others.length === 0) return await folder.read(only.path, MAX_ENVELOPE_BYTES);
  const what = only === undefined ? `There is no ${name}` : `There are ${others.length + 1} ${name}s`;
  throw new AppError(code, `${what} in ${folder.label}.`, {
    path: place,
    next: `Name the file of one ${name}.`,
  });
}
