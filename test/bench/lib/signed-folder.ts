import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { signOms } from '#engine/trust/oms-sign.ts';
import { makeFile, MIB } from './files.ts';

export interface SignedFolder {
  readonly model: string;
  /** The public key's file, outside the folder. */
  readonly key: string;
  readonly files: readonly string[];
}

/** A folder of safetensors files of this size with an OMS signature by a new P-384 key. */
export async function makeSignedFolder(
  model: string,
  sizeBytes: number,
  count: number,
): Promise<SignedFolder> {
  const files = Array.from({ length: count }, (_, n) => join(model, `model-${n + 1}.safetensors`));
  for (const file of files) makeFile(file, sizeBytes);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  await signFiles(model, files, privateKey);
  const key = `${model}.pem`;
  writeFileSync(key, pemOf(privateKey));
  return { model, key, files };
}

async function signFiles(model: string, files: readonly string[], privateKey: KeyObject): Promise<void> {
  const listed = await Promise.all(
    files.map(async (file) => ({ path: basename(file), sha256: await sha256Of(file) })),
  );
  const { bundle } = signOms({ name: basename(model), files: listed }, privateKey);
  writeFileSync(join(model, 'model.sig'), bundle);
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const block of createReadStream(file, { highWaterMark: MIB })) hash.update(block as Buffer);
  return hash.digest('hex');
}

function pemOf(privateKey: KeyObject): string {
  return String(createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }));
}
