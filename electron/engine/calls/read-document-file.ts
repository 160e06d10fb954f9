import type { ErrorCode } from '#shared/contract/errors.ts';
import { AppError } from '#engine/core/app-error.ts';
import { openMediaFolder } from '#engine/media/open-media-folder.ts';
import { MAX_ENVELOPE_BYTES } from '#engine/trust/dsse.ts';
import type { EngineContext } from '../context.ts';

/** A kind of document that people carry as one file. */
export interface DocumentFile {
  readonly name: string;
  readonly pattern: RegExp;
  readonly code: ErrorCode;
}

export const receiptFile: DocumentFile = {
  name: 'receipt',
  pattern: /^sallyport-receipt-[^/]+\.dsse\.json$/,
  code: 'RECEIPT-INVALID',
};

export const requestFile: DocumentFile = {
  name: 're-request',
  pattern: /^sallyport-re-request-[^/]+\.dsse\.json$/,
  code: 'REQUEST-INVALID',
};

/** The bytes of the document that a person named: the file, or the only one of its kind in a folder. Throws its code. */
export async function readDocumentFile(
  { pool }: Pick<EngineContext, 'pool'>,
  place: string,
  kind: DocumentFile,
): Promise<Uint8Array> {
  const folder = await openMediaFolder(place, pool);
  const { files } = await folder.list();
  const [only, ...others] = files.length === 1 ? files : files.filter((file) => kind.pattern.test(file.path));
  if (only !== undefined && others.length === 0) return await folder.read(only.path, MAX_ENVELOPE_BYTES);
  const what =
    only === undefined ? `There is no ${kind.name}` : `There are ${others.length + 1} ${kind.name}s`;
  throw new AppError(kind.code, `${what} in ${folder.label}.`, {
    path: place,
    next: `Name the file of one ${kind.name}.`,
  });
}
