import { readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { blobFile, flipBit } from '../../fixtures/fixity.ts';
import { openFleet, publish, push } from '../../fixtures/fleet.ts';
import { opaqueWeights } from '../../fixtures/safetensors-file.ts';

const CHUNK_BYTES = 16 * 1024 * 1024;

it('a damaged blob is repaired from a server that was sent it: chunk by chunk, and only what proves itself', async () => {
  const { test, sshd } = await openFleet();
  const weights = Buffer.from(opaqueWeights(3 * CHUNK_BYTES + 12_345));
  await publish(test, '1.0.0', { 'model.onnx': weights });
  await push(test, '1.0.0');
  const stored = blobFile(test.home, weights);
  flipBit(stored, 7);
  flipBit(stored, 3 * CHUNK_BYTES + 1);
  expect((await test.finish('fixity', await test.engine.call('fixity.start', {}))).ok).toBe(false);
  const { damaged } = await test.engine.call('fixity.status', {});
  expect(damaged).toMatchObject([{ what: 'damaged', servers: ['gpu-01'] }]);

  // The server's copy has a fault of its own, elsewhere and then in the same place.
  const remote = `${sshd.root}/blobs/sha256/${stored.split('/').at(-1) ?? ''}`;
  expect(statSync(remote).size).toBe(weights.length);
  flipBit(remote, CHUNK_BYTES);
  flipBit(remote, 3 * CHUNK_BYTES + 2);
  const repair = async () =>
    test.finish('repair', await test.engine.call('fixity.repair', { from: { server: 'gpu-01' } }));
  expect((await repair()).blobs).toMatchObject([
    { repaired: false, missing: [{ start: 3 * CHUNK_BYTES, end: weights.length - 1 }] },
  ]);
  flipBit(remote, 3 * CHUNK_BYTES + 2);
  expect(await repair()).toMatchObject({ ok: true, bytesRead: 12_345 });
  expect(readFileSync(stored).equals(weights)).toBe(true);
  expect((await test.engine.call('fixity.status', {})).damaged).toEqual([]);
  expect((await test.engine.call('audit.verify', {})).ok).toBe(true);
});
