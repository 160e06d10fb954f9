import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ParsedInput } from '#shared/contract/calls.ts';
import type { CustodyEvent, ListedTransfer, Transfer, TransferDetail } from '#shared/contract/transfers.ts';
import { CustodyLog } from '#engine/bundle/custody.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import { openSetDocument } from '#engine/bundle/set-document.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestFromHex } from '#engine/core/digest.ts';
import { newId } from '#engine/core/ids.ts';
import { openMediaFolder } from '#engine/media/open-media-folder.ts';
import { refuseWithoutRoom } from '#engine/media/target-room.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';

/** Scan reports are documents; a limit keeps model files from being attached by mistake. */
const EVIDENCE_LIMIT_BYTES = 256 * 1024 * 1024;

/** Sets on record: what is known about their way, and what people add to it. */
export function transferCalls(
  context: EngineContext,
): CallHandlers<'transfers.list' | 'transfers.get' | 'transfers.attach'> {
  return {
    'transfers.list': () => context.registry.transfers.list().map((row) => withLastEvent(context, row)),
    'transfers.get': ({ setId, direction }) => describeTransfer(context, setId, direction),
    'transfers.attach': (input) => attach(context, input),
  };
}

/** A set's custody log as this site knows it; empty for a set that nothing is known of. */
export function custodyOf({ registry }: Pick<EngineContext, 'registry'>, setId: string): CustodyLog {
  const log = CustodyLog.restore(registry.custody.lines(setId), setId);
  if (typeof log !== 'string') return log;
  throw new AppError('AUDIT-BROKEN', `The custody log of set ${setId} does not hold: ${log}.`, {
    state: 'Its rows in the registry were changed.',
  });
}

function withLastEvent({ registry }: EngineContext, transfer: Transfer): ListedTransfer {
  const log = CustodyLog.restore(registry.custody.lines(transfer.setId), transfer.setId);
  return { ...transfer, last: typeof log === 'string' ? [] : lastOfEach(log.events, transfer.volumes) };
}

/** The newest entry about each volume, in their order; an entry about all of them counts for each. */
function lastOfEach(events: readonly CustodyEvent[], volumes: number): CustodyEvent[] {
  const last = new Map<number, CustodyEvent>();
  let ofAll: CustodyEvent | null = null;
  for (const event of events) {
    if (event.volume !== null) last.set(event.volume, event);
    else {
      ofAll = event;
      last.clear();
    }
  }
  const each = Array.from({ length: volumes }, (_, n) => last.get(n + 1) ?? ofAll);
  return [...new Set(each.filter((event) => event !== null))];
}

export function describeTransfer(
  context: EngineContext,
  setId: string,
  direction: Transfer['direction'],
): TransferDetail {
  const { registry } = context;
  const transfer = registry.transfers
    .list()
    .find((row) => row.setId === setId && row.direction === direction);
  if (transfer === undefined)
    throw new AppError('NOT-FOUND', `No set ${setId} is on record as ${direction}.`);
  const control = registry.setControls.get(setId, direction);
  return {
    ...transfer,
    media: control === null ? [] : (openSetDocument(control).content?.media ?? []),
    custody: custodyOf(context, setId).events,
    evidence: registry.transferEvidence.of({ setId, direction }),
  };
}

/** The file is copied into the store by its digest; who attached it and why goes on record. */
async function attach(
  context: EngineContext,
  { setId, direction, source, note }: ParsedInput<'transfers.attach'>,
): Promise<TransferDetail> {
  describeTransfer(context, setId, direction);
  const place = context.locations.resolve(source);
  const name = path.basename(await realpath(place).catch(() => place));
  const folder = await openMediaFolder(place, context);
  const file = await folder.resolve(name);
  const { size } = await stat(file);
  if (size > EVIDENCE_LIMIT_BYTES) {
    throw new AppError('FILE-TOO-LARGE', `${name} is too large to be kept as evidence.`, {
      expected: `at most ${EVIDENCE_LIMIT_BYTES} bytes`,
      found: `${size} bytes`,
      path: name,
    });
  }
  await refuseWithoutRoom([{ folder: context.home.quarantine, fileSizes: [size], folders: 1 }]);
  const importId = newId('imp');
  try {
    await context.quarantine.create(importId);
    const target = context.quarantine.pathOf(importId, 'evidence');
    const copied = await context.pool.copyFile({ source: file, target, algorithms: ['sha256'] });
    const digest = digestFromHex(copied.digests.get('sha256') ?? '');
    await context.blobs.adopt(target, digest);
    const evidence = {
      name,
      digest,
      sizeBytes: copied.sizeBytes,
      attachedAt: timestamp(context.clock),
      attachedBy: context.session.actor().who,
      note,
    };
    const subjects = [{ name, digest }];
    const act = { act: 'bundle.attach', object: setFolderName(setId), subjects, reason: note };
    context.govern({ ...act, details: { set: setId, direction } }, () => {
      context.registry.blobs.upsert({ digest, sizeBytes: copied.sizeBytes, chunks: copied.chunks });
      context.registry.transferEvidence.add({ setId, direction }, evidence);
    });
  } finally {
    await context.quarantine.discard(importId);
  }
  context.changed('transfers', 'audit');
  return describeTransfer(context, setId, direction);
}
