import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { join, pickled, u16, u32 } from '../../fixtures/scan/pickle-writer.ts';
import { storage, tensor } from '../../fixtures/scan/torch-files.ts';
import { MIB } from './files.ts';

const PIECE_BYTES = 4 * MIB;
/** Data start at multiples of this, as torch.save pads them. */
const ALIGN = 64;

interface Member {
  readonly name: string;
  readonly sizeBytes: number;
  readonly pieces: () => Iterable<Uint8Array>;
}

/** Writes what torch.save writes of a state dict of `tensors` F32 tensors with `sizeBytes` of data: a zip of stored members. */
export function makeTorchZip(file: string, options: { tensors: number; sizeBytes: number }): void {
  const { tensors, sizeBytes } = options;
  const elements = Math.floor(sizeBytes / tensors / 4);
  const piece = weights();
  const entries = Array.from({ length: tensors }, (_, n): [string, ReturnType<typeof tensor>] => [
    `model.layers.${n}.weight`,
    tensor(storage(String(n), elements), { size: [elements], stride: [1] }),
  ]);
  const members = [
    inMemory('model/data.pkl', pickled({ py: 'dict', entries })),
    inMemory('model/byteorder', Buffer.from('little')),
    ...entries.map((_, n) => ({
      name: `model/data/${n}`,
      sizeBytes: elements * 4,
      pieces: () => repeated(piece, elements * 4),
    })),
    inMemory('model/version', Buffer.from('3\n')),
  ];
  writeZip(file, members);
}

/** Small numbers around zero, one block of them. */
function weights(): Uint8Array {
  const values = Float32Array.from({ length: PIECE_BYTES / 4 }, (_, i) => Math.sin(i * 12.9898) / 20);
  return new Uint8Array(values.buffer);
}

function inMemory(name: string, content: Uint8Array): Member {
  return { name, sizeBytes: content.length, pieces: () => [content] };
}

function* repeated(piece: Uint8Array, sizeBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < sizeBytes; at += piece.length) yield piece.subarray(0, sizeBytes - at);
}

function writeZip(file: string, members: readonly Member[]): void {
  const descriptor = openSync(file, 'wx');
  const central: Uint8Array[] = [];
  let offset = 0;
  const write = (bytes: Uint8Array) => void (offset += writeSync(descriptor, bytes));
  for (const { name, sizeBytes, pieces } of members) {
    let crc = 0;
    for (const piece of pieces()) crc = crc32(piece, crc);
    const common = join(u16(0), u16(0), u32(0), u32(crc), u32(sizeBytes), u32(sizeBytes), u16(name.length));
    const padding = (2 * ALIGN - ((offset + 30 + name.length + 4) % ALIGN)) % ALIGN;
    const extra = join('FB', u16(padding), new Uint8Array(padding));
    central.push(
      join('PK\x01\x02\0\0\0\0', common, u16(0), u16(0), u16(0), u16(0), u32(0), u32(offset), name),
    );
    write(join('PK\x03\x04\0\0', common, u16(extra.length), name, extra));
    for (const piece of pieces()) write(piece);
  }
  const directory = join(...central);
  const start = offset;
  write(directory);
  const count = u16(members.length);
  write(join('PK\x05\x06\0\0\0\0', count, count, u32(directory.length), u32(start), u16(0)));
  closeSync(descriptor);
}
