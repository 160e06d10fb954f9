import type { Digest } from '#shared/contract/basics.ts';
import { payloadPath } from './names.ts';
import type { PlannedPart, PlanStretch } from './planned-part.ts';
import { costOf, type VolumeRoom } from './volume-room.ts';

interface Layout {
  readonly rooms: readonly VolumeRoom[];
  /** Kept free for the files beside the payload, a number for each room. */
  readonly reserved: readonly number[];
  /** Parts begin at multiples of this within their stretch. */
  readonly border: number;
  /** Number of the first volume that is used. */
  readonly firstVolume: number;
}

export interface LaidOut {
  readonly parts: readonly PlannedPart[];
  /** Rooms that take something, in order: the volumes. */
  readonly rooms: readonly number[];
  readonly missingBytes: number;
}

/** A piece of a stretch in the room that takes it. */
interface Piece {
  readonly room: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A volume with less room for payload than this is not worth the control files on it. */
const MIN_PAYLOAD_BYTES = 4096;

/**
 * Puts stretches into rooms: first every whole blob that some room can take, the largest first, each into the first room
 * with space; then the rest in pieces, room by room, so that the pieces of one blob go up with the volumes.
 */
export function layOut(stretches: readonly PlanStretch[], layout: Layout): LaidOut {
  const space = new Space(layout);
  const placed = new Map<PlanStretch, readonly Piece[]>();
  const bySize = [...stretches].sort((a, b) => b.lengthBytes - a.lengthBytes);
  for (const stretch of bySize) {
    const room = stretch.lengthBytes === stretch.sizeBytes ? space.takeWhole(stretch.sizeBytes) : null;
    if (room !== null) placed.set(stretch, [{ room, offset: 0, sizeBytes: stretch.sizeBytes }]);
  }
  let missingBytes = 0;
  for (const stretch of stretches.filter((each) => !placed.has(each))) {
    const pieces = space.takePieces(stretch, layout.border);
    const covered = pieces.reduce((sum, piece) => sum + piece.sizeBytes, 0);
    // A file without bytes needs a place too.
    missingBytes += pieces.length === 0 ? Math.max(1, stretch.lengthBytes) : stretch.lengthBytes - covered;
    placed.set(stretch, pieces);
  }
  const all = [...placed.values()].flat();
  const rooms = [...new Set(all.map((piece) => piece.room))].sort((a, b) => a - b);
  const volumeOf = new Map(rooms.map((room, n) => [room, layout.firstVolume + n]));
  const counted = new Map<Digest, number>();
  const parts = stretches.flatMap((stretch) =>
    (placed.get(stretch) ?? []).map((piece) => {
      const n = counted.get(stretch.digest) ?? 0;
      counted.set(stretch.digest, n + 1);
      return toPart(stretch, piece, n, volumeOf.get(piece.room) ?? 0);
    }),
  );
  return { parts, rooms, missingBytes };
}

function toPart(stretch: PlanStretch, piece: Piece, n: number, volume: number): PlannedPart {
  const { digest: blob, sizeBytes } = stretch;
  const index = stretch.firstIndex + n;
  const isWhole = piece.sizeBytes === sizeBytes;
  const path = payloadPath({ blob, index }, isWhole);
  return { blob, index, offset: piece.offset, sizeBytes: piece.sizeBytes, volume, path, isWhole };
}

/** What is left in each room. */
class Space {
  readonly #rooms: readonly VolumeRoom[];
  readonly #left: number[];

  constructor({ rooms, reserved }: Layout) {
    this.#rooms = rooms;
    this.#left = rooms.map(({ capacityBytes }, n) => {
      const left = (capacityBytes ?? Infinity) - (reserved[n] ?? 0);
      return left < MIN_PAYLOAD_BYTES ? 0 : left;
    });
  }

  takeWhole(sizeBytes: number): number | null {
    const found = this.#rooms.findIndex((room, n) => {
      const left = this.#left[n] ?? 0;
      return left > 0 && sizeBytes <= (room.maxFileBytes ?? Infinity) && costOf(room, sizeBytes) <= left;
    });
    if (found < 0) return null;
    this.#take(found, sizeBytes);
    return found;
  }

  takePieces(stretch: PlanStretch, border: number): Piece[] {
    const pieces: Piece[] = [];
    const end = stretch.offset + stretch.lengthBytes;
    let offset = stretch.offset;
    for (let room = 0; room < this.#rooms.length && offset < end;) {
      const sizeBytes = this.#fits(room, end - offset, border);
      if (sizeBytes === 0) room++;
      else {
        this.#take(room, sizeBytes);
        pieces.push({ room, offset, sizeBytes });
        offset += sizeBytes;
      }
    }
    return pieces;
  }

  /** All that is wanted when it fits, else as much as ends on a border. */
  #fits(room: number, wanted: number, border: number): number {
    const limits = this.#rooms[room];
    const left = this.#left[room] ?? 0;
    if (limits === undefined || left <= 0) return 0;
    const most = Math.min(limits.maxFileBytes ?? Infinity, largestFor(limits, left));
    return wanted <= most ? wanted : Math.max(0, Math.floor(most / border) * border);
  }

  #take(room: number, sizeBytes: number): void {
    const limits = this.#rooms[room];
    if (limits !== undefined) this.#left[room] = (this.#left[room] ?? 0) - costOf(limits, sizeBytes);
  }
}

/** The largest file that `left` bytes of a volume have room for. */
function largestFor(room: VolumeRoom, left: number): number {
  if (left === Infinity || room.blockBytes <= 1) return left;
  return Math.max(0, Math.floor((left - costOf(room, 0)) / room.blockBytes) * room.blockBytes);
}
