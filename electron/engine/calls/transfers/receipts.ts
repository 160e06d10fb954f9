import type { Receipt } from '#shared/contract/transfers.ts';
import { describeReceipt, receiptDocument, receiptFileName, signReceipt } from '#engine/bundle/receipt.ts';
import { showSiteDocument } from '#engine/bundle/site-document.ts';
import { timestamp } from '#engine/core/clock.ts';
import { newId } from '#engine/core/ids.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { readDocumentFile } from './read-document-file.ts';
import { custodyInReceipt, takeOverCustody } from './returned-custody.ts';
import { custodyOf } from './transfers.ts';
import { trustNow } from '../trust/trust-now.ts';
import { writeDocumentFile } from './write-document-file.ts';

/** What this site holds, signed, for a packer who makes a delta against it. */
export function receiptCalls(context: EngineContext): CallHandlers<'receipts.create' | 'receipts.inspect'> {
  return {
    'receipts.create': ({ target }) => createReceipt(context, context.locations.resolve(target)),
    'receipts.inspect': ({ source }) => inspectReceipt(context, context.locations.resolve(source)),
  };
}

async function createReceipt(context: EngineContext, place: string): Promise<Receipt> {
  const { registry, session } = context;
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
    custody: receivedCustody(context),
  };
  const bytes = signReceipt(content, signer);
  await writeDocumentFile(
    context,
    { place, name: receiptFileName(content), bytes },
    {
      act: 'receipt.create',
      object: content.receiptId,
      details: { blobs: String(content.blobs.length), file: receiptFileName(content) },
    },
  );
  context.changed('audit');
  return describeReceipt(showSiteDocument(bytes, receiptDocument, trustNow(context)), 0);
}

/** A receipt of a site that is known here also tells how the sets that were sent there arrived. */
async function inspectReceipt(context: EngineContext, place: string): Promise<Receipt> {
  const bytes = await readDocumentFile(context, place, receiptDocument);
  const shown = showSiteDocument(bytes, receiptDocument, trustNow(context));
  const added = shown.isReliable ? takeOverCustody(context, custodyInReceipt(shown.content)) : 0;
  return describeReceipt(shown, added);
}

/** Only what really lies in the store with its size: a delta must be able to rely on it. */
async function heldBlobs({ registry, blobs }: EngineContext) {
  const held: { digest: string; sizeBytes: number }[] = [];
  for (const { digest, sizeBytes } of registry.blobs.list()) {
    if ((await blobs.sizeOf(digest)) === sizeBytes) held.push({ digest, sizeBytes });
  }
  return held;
}

function receivedCustody(context: EngineContext) {
  return context.registry.transfers
    .list()
    .filter(({ direction }) => direction === 'in')
    .map(({ setId }) => ({ setId, lines: custodyOf(context, setId).rows.map(({ line }) => line) }));
}
