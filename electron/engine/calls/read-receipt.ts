import { AppError } from '#engine/core/app-error.ts';
import { openMediaFolder } from '#engine/media/open-media-folder.ts';
import { MAX_ENVELOPE_BYTES } from '#engine/trust/dsse.ts';
import type { EngineContext } from '../context.ts';

const RECEIPT = /^sallyport-receipt-[^/]+\.dsse\.json$/;

/** The bytes of the receipt that a person named: the file, or the only one in a folder. Throws RECEIPT-INVALID. */
export async function readReceipt({ pool }: Pick<EngineContext, 'pool'>, place: string): Promise<Uint8Array> {
  const folder = await openMediaFolder(place, pool);
  const { files } = await folder.list();
  const [only, ...others] = files.length === 1 ? files : files.filter((file) => RECEIPT.test(file.path));
  if (only !== undefined && others.length === 0) return await folder.read(only.path, MAX_ENVELOPE_BYTES);
  const what = only === undefined ? 'There is no receipt' : `There are ${others.length + 1} receipts`;
  throw new AppError('RECEIPT-INVALID', `${what} in ${folder.label}.`, {
    path: place,
    next: 'Name the file of one receipt.',
  });
}
