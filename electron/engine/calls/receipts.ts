import path from 'node:path';
import { describeReceipt, receiptFileName, signReceipt } from '#engine/bundle/receipt.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestOf } from '#engine/core/digest.ts';
import { newId } from '#engine/core/ids.ts';
import { refuseWithoutRoom } from '#engine/media/target-room.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import type { CallHandlers, EngineContext } from '../context.ts';
import { documentTarget } from './document-target.ts';
import { readDocumentFile, receiptFile } from './read-document-file.ts';
import { trustNow } from './trust-now.ts';

/** What this site holds, signed, for a packer who makes a delta against it. */
export function receiptCalls(context: EngineContext): CallHandlers<'receipts.create' | 'receipts.inspect'> {
  const { registry, locations, session } = context;
  const describe = (bytes: Uint8Array) => describeReceipt(bytes, trustNow(context));
  return {
    'receipts.create': async ({ target }) => {
      const signer = session.signer();
      const content = {
        receiptId: newId('rcp'),
        site: context.site(),
        createdAt: timestamp(context.clock),
        releases: registry.releases
          .list()
          .map(({ model, version, manifestDigest }) => ({ model, version, manifestDigest })),
        blobs: await heldBlobs(context),
        sequences: registry.transfers.acceptedSequences(),
        checkpoint: context.audit.latestCheckpoint()?.note ?? '',
      };
      const bytes = signReceipt(content, signer);
      const { folder, file } = await documentTarget(locations.resolve(target), receiptFileName(content));
      await refuseWithoutRoom([{ folder, fileSizes: [bytes.length], folders: 0 }]);
      await writeFileDurably(file, bytes, { mode: 0o644 });
      const details = { blobs: String(content.blobs.length), file: path.basename(file) };
      const subjects = [{ name: path.basename(file), digest: digestOf(bytes) }];
      context.govern({ act: 'receipt.create', object: content.receiptId, subjects, details }, () => {});
      context.changed('audit');
      return describe(bytes);
    },
    'receipts.inspect': async ({ source }) =>
      describe(await readDocumentFile(context, locations.resolve(source), receiptFile)),
  };
}

/** Only what really lies in the store with its size: a delta must be able to rely on it. */
async function heldBlobs({ registry, blobs }: EngineContext) {
  const held: { digest: string; sizeBytes: number }[] = [];
  for (const { digest, sizeBytes } of registry.blobs.list()) {
    if ((await blobs.sizeOf(digest)) === sizeBytes) held.push({ digest, sizeBytes });
  }
  return held;
}
