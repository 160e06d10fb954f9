import { createHash, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { blake2b, blake3 } from 'hash-wasm';
import { describe, expect, it } from 'vitest';
import { signOms } from '#engine/trust/oms-sign.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { newLeaf, newRoot, omsBundle, omsStatement, rootOf } from '../../fixtures/certificates.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import { anchorOf } from '../../fixtures/signing.ts';

const at = new Date('2026-11-24T00:00:00.000Z');
const files = { 'b/model.bin': Buffer.from('weights'), 'a.json': Buffer.from('{}') };
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const model = {
  name: 'm',
  files: Object.entries(files).map(([path, bytes]) => ({ path, sha256: sha256(bytes) })),
};

async function verify(pem: string, signature: Uint8Array, over: Record<string, Uint8Array> = {}) {
  const anchors = (await parseAnchors(new TextEncoder().encode(pem))).map((each) => anchorOf(each));
  return verifyFolder(new MemoryFolder({ ...files, ...over, 'model.sig': signature }), { anchors, at });
}

const changed = { 'b/model.bin': new Uint8Array(Buffer.from('weightS')) };

describe('OMS signatures made here', { timeout: 60_000 }, () => {
  it.each(['P-256', 'P-384', 'P-521'])(
    'by a key on %s hold, and only over these files',
    async (namedCurve) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve });
      const pem = String(createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }));
      const { bundle } = signOms(model, privateKey);
      expect(await verify(pem, bundle)).toMatchObject({ verdict: 'verified', format: 'oms' });
      expect((await verify(pem, bundle, changed)).files.mismatched).toEqual(['b/model.bin']);
    },
  );

  it('by a certificate hold under its authority, and under no other', async () => {
    const root = newRoot();
    const leaf = newLeaf(root);
    const { bundle } = signOms(model, leaf.key, [new X509Certificate(leaf.pem)]);
    expect(await verify(root.pem, bundle)).toMatchObject({ verdict: 'verified', format: 'oms' });
    expect((await verify(newRoot().pem, bundle)).verdict).toBe('failed');
  });
});

describe('OMS with other digests', { timeout: 60_000 }, () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = String(createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }));
  const digests = {
    sha256: (bytes: Uint8Array) => Promise.resolve(sha256(bytes)),
    blake2b: (bytes: Uint8Array) => blake2b(bytes, 512),
    blake3: (bytes: Uint8Array) => blake3(bytes),
  };
  const shardSize = 3;

  async function signed(hashType: keyof typeof digests, method: 'files' | 'shards'): Promise<Uint8Array> {
    const resources: { name: string; algorithm: string; digest: string }[] = [];
    for (const [name, bytes] of Object.entries(files)) {
      const step = method === 'files' ? bytes.length : shardSize;
      for (let start = 0; start < bytes.length; start += step) {
        const end = Math.min(start + step, bytes.length);
        resources.push({
          name: method === 'files' ? name : `${name}:${start}:${end}`,
          algorithm: method === 'files' ? hashType : `${hashType}-sharded-${shardSize}`,
          digest: await digests[hashType](bytes.subarray(start, end)),
        });
      }
    }
    const size = method === 'shards' ? { shard_size: shardSize } : {};
    const serialization = { method, hash_type: hashType, allow_symlinks: false, ignore_paths: [], ...size };
    const statement = omsStatement(files, {
      subject: [{ name: 'm', digest: { sha256: rootOf(resources) } }],
      predicate: { serialization, resources },
    });
    return omsBundle(statement, privateKey, { publicKey: { hint: '' } });
  }

  it.each([
    ['sha256', 'shards'],
    ['blake2b', 'files'],
    ['blake2b', 'shards'],
    ['blake3', 'files'],
    ['blake3', 'shards'],
  ] as const)('%s of %s hold, and only over these files', async (hashType, method) => {
    const bundle = await signed(hashType, method);
    expect(await verify(pem, bundle)).toMatchObject({ verdict: 'verified', files: { listed: 2 } });
    expect((await verify(pem, bundle, changed)).files.mismatched).toEqual(['b/model.bin']);
    const longer = { 'b/model.bin': new Uint8Array(Buffer.from('weights+')) };
    expect((await verify(pem, bundle, longer)).verdict).toBe('failed');
  });
});
