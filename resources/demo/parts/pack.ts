import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Ledger } from '../ledger.ts';
import { demoPath } from '../paths.ts';
import type { Site } from '../site.ts';
import { checkWithStockTools } from '../stock-tools.ts';
import { layOutModel, weightFile } from '../weights.ts';

/** Brings a downloaded model into a packer's home and publishes it there. */
export function packRelease(packer: Site, version: '5.0.0' | '6.0.0'): void {
  const { folder, provenance } = layOutModel(version);
  const release = ['--model', 'silero-vad', '--version', version];
  const { code, json } = packer.attempt<{ id: string }>(
    'import',
    folder,
    ...release,
    '--provenance',
    provenance,
  );
  // Nothing of the download is signed, so the verdict is not good; the packer accepts that on record.
  if (code !== 1) throw new Error(`an unsigned import ended with ${code}`);
  packer.run(
    'publish',
    json.id,
    '--accept-unsigned',
    '--reason',
    'taken from the npm package, pinned by its integrity',
  );
}

/** Part 1: a signed transfer set that stock tools can check. Returns the volume. */
export async function packPart(ledger: Ledger, packer: Site): Promise<string> {
  ledger.part('1 A packer makes a signed transfer set');
  const volume = demoPath('volume-A');
  await ledger.step('the packer makes a key', () => packer.run('keys', 'create', 'packer'));
  await ledger.step('the packer names its site', () => packer.run('site', 'packer-site'));
  await ledger.step('silero-vad 5.0.0 with its provenance becomes a release', () =>
    packRelease(packer, '5.0.0'),
  );
  const set = await ledger.step('the release is written to volume A', () =>
    packer.run<{ setId: string }>('bundle', 'create', 'silero-vad@5.0.0', '--out', volume, '--as', 'packer'),
  );
  const files = await ledger.step('sha256sum and ssh-keygen alone find the set good', () =>
    checkWithStockTools(volume),
  );
  const weights = readFileSync(path.join(demoPath('downloads', '5.0.0'), weightFile));
  ledger.proven('real weights were packed', `sha256:${createHash('sha256').update(weights).digest('hex')}`);
  ledger.proven('stock tools verify the set', `${set.setId}, ${files} files, SSHSIG good`);
  return volume;
}
