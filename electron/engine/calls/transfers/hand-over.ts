import path from 'node:path';
import type { ParsedInput } from '#shared/contract/calls.ts';
import type { CustodyEvent } from '#shared/contract/transfers.ts';
import { signList } from '#engine/bundle/control-files.ts';
import { CustodyLog } from '#engine/bundle/custody.ts';
import * as names from '#engine/bundle/names.ts';
import { openSet } from '#engine/bundle/open-set.ts';
import { refuseFailed } from '#engine/bundle/refuse.ts';
import type { SetVolume } from '#engine/bundle/set-volume.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import type { Signer } from '#engine/core/signer.ts';
import { flushFileSystem } from '#engine/media/flush.ts';
import type { MediaFolder } from '#engine/media/media-folder.ts';
import { fsyncFolder, writeFileDurably } from '#engine/store/durable.ts';
import { MAX_ENVELOPE_BYTES } from '#engine/trust/dsse.ts';
import type { EngineContext } from '../../context.ts';
import { custodyLines, mediumOf, type MediumAtHand, mediumUse } from './media-register.ts';
import { openSetFolders } from './set-folders.ts';
import { custodyOf } from './transfers.ts';
import { trustNow } from '../trust/trust-now.ts';

/** A volume at hand with the folder and the medium it lies on. */
interface VolumeAtHand {
  readonly volume: SetVolume;
  readonly folder: MediaFolder;
  readonly hand: MediumAtHand;
}

/**
 * Puts on record that a set, or the volumes of it at hand, went to somebody. The entry goes into the custody log of those
 * volumes, whose list of files is then signed anew: only the key that signed the set can do that. Throws NOT-FOUND,
 * SET-FOREIGN, KEY-LOCKED, and whatever stands against the volumes as they are.
 */
export async function handOverSet(
  context: EngineContext,
  { setId, to, reason, volumes: handles }: ParsedInput<'bundles.handOver'>,
): Promise<CustodyEvent[]> {
  const signer = context.session.signer();
  if (!context.registry.transfers.list().some((row) => row.setId === setId))
    throw new AppError('NOT-FOUND', `No set ${setId} is on record here.`);
  const places = handles.map((handle) => context.locations.resolve(handle));
  const atHand = places.length === 0 ? [] : await openVolumes(context, places, setId, signer);
  const log = custodyOf(context, setId);
  const common = { event: 'handed-over' as const, by: context.session.actor().who, site: context.site() };
  const at = timestamp(context.clock);
  if (atHand.length === 0) log.append({ ...common, at, volume: null, to, note: reason }, setId);
  for (const { volume, folder, hand } of atHand) {
    await mergeTravelled(log, folder, setId);
    const medium = hand.isListed ? { medium: { ...hand.name } } : {};
    log.append({ ...common, at, volume: volume.number, to, note: reason, ...medium }, setId);
  }
  for (const each of atHand) await writeCustody(each, log.text, signer);
  const which = atHand.map(({ volume }) => volume.number).join(' ');
  const details = { set: setId, to, ...(which === '' ? {} : { volumes: which }) };
  const rows = [
    custodyLines(context, setId, log.rows),
    ...atHand.flatMap(({ volume: { number: volume }, hand: { medium } }) =>
      medium === null ? [] : mediumUse(context, medium, 'handed-over', { setId, volume, detail: to, reason }),
    ),
  ];
  const subjects = rows.flatMap((each) => each.subjects);
  const act = { act: 'bundle.handover', object: names.setFolderName(setId), subjects, reason, details };
  context.govern(act, () => {
    for (const each of rows) each.write();
  });
  context.changed('transfers', 'media', 'audit');
  return log.events;
}

async function openVolumes(
  context: EngineContext,
  places: readonly string[],
  setId: string,
  signer: Signer,
): Promise<VolumeAtHand[]> {
  const state = 'Nothing was written.';
  const folders = await openSetFolders(context, places);
  const own = trustNow(context);
  const opened = await openSet(folders, own);
  // Whose key it is does not matter here: it is compared with the one that is unlocked.
  refuseFailed(
    opened.checks.filter(({ id }) => id !== 'identity' && id !== 'models' && id !== 'purpose'),
    state,
  );
  if (opened.set?.setId !== setId)
    throw new AppError('SET-FOREIGN', 'The volumes belong to another set.', { expected: setId, state });
  if (opened.signer?.fingerprint !== signer.fingerprint) {
    throw new AppError(
      'KEY-LOCKED',
      'Only the key that signed the set can add to what lies on its volumes.',
      {
        expected: opened.signer?.fingerprint ?? '',
        found: signer.fingerprint,
        state,
        next: 'Unlock that key, or record the hand-over without naming the volumes.',
      },
    );
  }
  const atHand: VolumeAtHand[] = [];
  for (const volume of opened.volumes) {
    const folder = folders.find((each) => each === volume.folder);
    if (folder !== undefined) atHand.push({ volume, folder, hand: await mediumOf(context, folder.root) });
  }
  return atHand;
}

async function mergeTravelled(log: CustodyLog, folder: MediaFolder, setId: string): Promise<void> {
  const travelled = CustodyLog.parse(await folder.read(names.CUSTODY_FILE, MAX_ENVELOPE_BYTES), setId);
  if (travelled instanceof CustodyLog) log.merge(travelled);
}

/** The log first, then the list that vouches for it: a crash in between is mended by handing over once more. */
async function writeCustody(
  { volume, folder }: VolumeAtHand,
  custody: string,
  signer: Signer,
): Promise<void> {
  const files = new Map<string, Uint8Array>();
  for (const name of names.summedControlFiles) {
    const bytes =
      name === names.CUSTODY_FILE ? Buffer.from(custody) : await folder.read(name, MAX_ENVELOPE_BYTES);
    files.set(name, bytes);
  }
  const payload = [...volume.sums]
    .filter(([name]) => !files.has(name))
    .map(([name, hex]) => ({ path: name, hex }));
  const signed = signList(files, payload, signer);
  for (const name of [names.CUSTODY_FILE, names.SUMS_FILE, names.SUMS_SIGNATURE_FILE]) {
    const file = path.join(folder.root, name);
    await writeFileDurably(file, signed.get(name) ?? new Uint8Array(), { mode: 0o644 });
  }
  await fsyncFolder(folder.root);
  await flushFileSystem(folder.root);
}
