import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Somebody on the other side of the gap who signs model folders with stock tools. */
export interface Packer {
  /** The file with the public key, as it is handed over. */
  readonly publicKey: string;
  readonly publicKeyLine: string;
  readonly fingerprint: string;
  /** Lays out a model folder with a signed list of its files, and returns it. */
  pack(name: string, files: Record<string, string | Uint8Array>): string;
}

/** Makes a packer with a key of their own below `folder`. */
export function createPacker(folder: string, name = 'packer'): Packer {
  mkdirSync(folder, { recursive: true });
  const key = path.join(folder, `${name}.key`);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', key]);
  const line = execFileSync('ssh-keygen', ['-l', '-f', `${key}.pub`], { encoding: 'utf8' });
  return {
    publicKey: `${key}.pub`,
    publicKeyLine: readFileSync(`${key}.pub`, 'utf8').trim(),
    fingerprint: line.split(' ')[1] ?? '',
    pack(folderName, files) {
      const model = path.join(folder, folderName);
      mkdirSync(model, { recursive: true });
      for (const [file, content] of Object.entries(files)) writeFileSync(path.join(model, file), content);
      signFolder(model, key);
      return model;
    },
  };
}

function signFolder(model: string, key: string): void {
  const lines = readdirSync(model)
    .sort()
    .map((file) => {
      const hash = createHash('sha256').update(readFileSync(path.join(model, file)));
      return `${hash.digest('hex')}  ${file}\n`;
    });
  const list = path.join(model, 'SHA256SUMS');
  writeFileSync(list, lines.join(''));
  execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'file', '-f', key, list], { stdio: 'ignore' });
}
