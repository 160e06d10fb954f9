import type { ParsedInput } from '#shared/contract/calls.ts';
import type { PlannedVolume, SetPlan } from '#shared/contract/transfers.ts';
import { controlSizes, newSetId, planDraft } from '#engine/bundle/make-set.ts';
import { noPlan, type PlanOutcome } from '#engine/bundle/plan.ts';
import { costOfAll, type VolumeRoom } from '#engine/bundle/volume-room.ts';
import { timestamp } from '#engine/core/clock.ts';
import type { Signer } from '#engine/core/signer.ts';
import type { EngineContext } from '../../context.ts';
import { type DraftedSet, draftSet } from './set-draft.ts';
import { imageFolder, imageRoom, mediumAt, placesOf, roomAt, type SetPlaces } from './set-places.ts';

const CONTENTS_SHOWN = 200;

/** A signer of the longest name, while nobody has unlocked a key: only lengths matter. */
const anybody: Signer = {
  name: 'x'.repeat(64),
  fingerprint: `SHA256:${'x'.repeat(43)}`,
  publicKey: new Uint8Array(32),
  sign: () => new Uint8Array(64),
};

/** What `bundles.create` would write where, with what it lacks and how long it takes. Writes nothing. */
export async function planBundle(
  context: EngineContext,
  input: ParsedInput<'bundles.plan'>,
): Promise<SetPlan> {
  const places = placesOf(context, input);
  const { person } = context.session.current();
  const signer = person === null ? anybody : context.session.signer();
  const { locations } = context;
  const wish = {
    releases: input.releases,
    since: input.since === undefined ? null : locations.resolve(input.since),
    request: input.for === undefined ? null : locations.resolve(input.for),
  };
  const by = context.session.actor().who;
  const identity = { setId: newSetId(), sequence: 1, createdAt: timestamp(context.clock), by };
  const drafted = await draftSet(context, wish, identity);
  const rooms = await Promise.all(places.media.map(roomAt));
  const more = places.images === null ? null : await imageRoom(places.images);
  const outcome = planDraft(drafted.draft, { rooms, more, before: noPlan }, signer);
  const roomOf = (number: number) => rooms[outcome.rooms[number - 1] ?? 0] ?? more;
  const sizes = controlSizes(drafted.draft, outcome, signer);
  const volumes: PlannedVolume[] = [];
  for (let number = 1; number <= outcome.volumes; number++) {
    const room = roomOf(number);
    if (room === null) continue;
    volumes.push(
      await describeVolume(context, {
        places,
        outcome,
        number,
        room,
        drafted,
        control: sizes[number - 1] ?? [],
      }),
    );
  }
  const payloadBytes = outcome.parts.reduce((sum, part) => sum + part.sizeBytes, 0) + outcome.missingBytes;
  return {
    volumes,
    payloadBytes,
    bytesLeftOut: bytesLeftOut(drafted),
    missing: outcome.missingBytes === 0 ? null : missingOf(outcome, rooms, sizes[0] ?? []),
    seconds: totalOf(volumes.map((volume) => volume.seconds)),
  };
}

/** What a receipt spared. */
export function bytesLeftOut({ draft }: DraftedSet): number {
  return draft.blobs
    .filter(({ digest }) => draft.leftOut.has(digest))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

interface Described {
  readonly places: SetPlaces;
  readonly outcome: PlanOutcome;
  readonly number: number;
  readonly room: VolumeRoom;
  readonly drafted: DraftedSet;
  readonly control: readonly number[];
}

async function describeVolume(
  context: EngineContext,
  { places, outcome, number, room, drafted, control }: Described,
): Promise<PlannedVolume> {
  const choice = places.media[outcome.rooms[number - 1] ?? 0];
  const folder = places.images === null ? (choice?.place ?? '') : imageFolder(places.images, number);
  const { name, fileSystem, medium } = await mediumAt(context, folder);
  const parts = outcome.parts.filter((part) => part.volume === number);
  const payloadBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const usedBytes = costOfAll(room, [...parts.map((part) => part.sizeBytes), ...control]);
  const fileBytes = new Map(drafted.draft.blobs.map((blob) => [blob.digest, blob.sizeBytes]));
  const speed = places.images === null ? medium : null;
  const writeBytesPerSecond = speed?.writeBytesPerSecond ?? null;
  const readBytesPerSecond = speed?.readBytesPerSecond ?? null;
  return {
    number,
    location: context.locations.issue(folder),
    ...(places.images === null ? name : { label: `volume-${number}`, serial: null }),
    fileSystem,
    capacityBytes: room.capacityBytes ?? usedBytes,
    usedBytes,
    payloadBytes,
    controlBytes: control.reduce((sum, size) => sum + size, 0),
    fileCount: parts.length + control.length,
    contents: parts.slice(0, CONTENTS_SHOWN).map(({ blob, offset, sizeBytes }) => ({
      name: drafted.nameOf.get(blob) ?? blob,
      blob,
      offset,
      sizeBytes,
      fileBytes: fileBytes.get(blob) ?? sizeBytes,
    })),
    writeBytesPerSecond,
    readBytesPerSecond,
    seconds: secondsFor(usedBytes, writeBytesPerSecond, readBytesPerSecond),
  };
}

/** Everything is written once and read back once. */
function secondsFor(bytes: number, writeRate: number | null, readRate: number | null): number | null {
  if (!writeRate || !readRate) return null;
  return bytes / writeRate + bytes / readRate;
}

function totalOf(seconds: readonly (number | null)[]): number | null {
  let total = 0;
  for (const each of seconds) {
    if (each === null) return null;
    total += each;
  }
  return total;
}

/** For each size of volume at hand, how many more like it would hold the rest. */
function missingOf(
  { missingBytes }: PlanOutcome,
  rooms: readonly VolumeRoom[],
  control: readonly number[],
): NonNullable<SetPlan['missing']> {
  const more = new Map<number, number>();
  for (const room of rooms) {
    const capacity = room.capacityBytes ?? 0;
    const payload = capacity - costOfAll(room, control);
    if (payload > 0) more.set(capacity, Math.ceil(missingBytes / payload));
  }
  return {
    bytes: missingBytes,
    more: [...more].map(([capacityBytes, volumes]) => ({ capacityBytes, volumes })),
  };
}
