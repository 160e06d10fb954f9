import { randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { MIB } from './files.ts';

const PIECE_BYTES = 8 * MIB;

/** BF16 weights as models have them: small values around zero, so that statistics do their usual work. */
function weightBytes(): Buffer {
  const bytes = randomFillSync(Buffer.alloc(PIECE_BYTES));
  // The high byte of a BF16 near zero: sign and 0x3b to 0x3d.
  for (let at = 1; at < bytes.length; at += 2)
    bytes[at] = ((bytes[at] ?? 0) & 0x80) | (0x3b + ((bytes[at] ?? 0) % 3));
  return bytes;
}

/**
 * A folder of safetensors shards with `tensors` BF16 tensors in all and `sizeBytes` of data, with their index; on the disk when
 * this returns. Answers the files.
 */
export function makeShards(
  folder: string,
  options: { shards: number; tensors: number; sizeBytes: number },
): string[] {
  mkdirSync(folder, { recursive: true });
  const { shards, tensors, sizeBytes } = options;
  const perShard = Math.ceil(tensors / shards);
  const tensorBytes = Math.floor(sizeBytes / shards / perShard / 2) * 2;
  const piece = weightBytes();
  const weightMap: Record<string, string> = {};
  const files = Array.from({ length: shards }, (_, shard) => {
    const name = `model-${number(shard + 1)}-of-${number(shards)}.safetensors`;
    const header: Record<string, unknown> = {};
    for (let n = 0; n < perShard; n++) {
      const tensor = `model.layers.${shard * perShard + n}.weight`;
      const span = [n * tensorBytes, (n + 1) * tensorBytes];
      header[tensor] = { dtype: 'BF16', shape: [tensorBytes / 2], data_offsets: span };
      weightMap[tensor] = name;
    }
    const file = join(folder, name);
    writeShard(file, header, perShard * tensorBytes, piece);
    return file;
  });
  const index = join(folder, 'model.safetensors.index.json');
  const total = shards * perShard * tensorBytes;
  writeWhole(index, Buffer.from(JSON.stringify({ metadata: { total_size: total }, weight_map: weightMap })));
  return [...files, index];
}

function writeShard(file: string, header: Record<string, unknown>, dataBytes: number, piece: Buffer): void {
  const text = JSON.stringify(header);
  const json = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const descriptor = openSync(file, 'wx');
  writeSync(descriptor, Buffer.concat([length, json]));
  for (let at = 0; at < dataBytes; at += PIECE_BYTES) {
    writeSync(descriptor, piece, 0, Math.min(PIECE_BYTES, dataBytes - at));
  }
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function writeWhole(file: string, bytes: Buffer): void {
  const descriptor = openSync(file, 'wx');
  writeSync(descriptor, bytes);
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function number(n: number): string {
  return String(n).padStart(5, '0');
}
