import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { conformanceFolder, filesBelow } from '../../fixtures/conformance.ts';
import { effort } from '../../fixtures/effort.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import { anchorOf, keylessAnchor } from '../../fixtures/signing.ts';

const at = new Date('2026-11-24T00:00:00.000Z');
const keyless = keylessAnchor('stefanb@us.ibm.com', 'https://sigstore.verify.ibm.com/oauth2');

/**
 * What a bundle may say otherwise and still be accepted, since nothing covers it: the key id, which DSSE calls a hint; the
 * kind of a key, which the key itself says; and the certificates inside a timestamp and the name of the log on a checkpoint,
 * because both are taken from the trusted root instead. The log entry itself, its promise and its proof are covered.
 */
const uncovered = new Set(['keyid', 'keyDetails', 'signedTimestamp', 'checkpoint']);

function covered(bundle: Uint8Array): unknown {
  const text = Buffer.from(bundle).toString('utf8');
  return JSON.parse(text, (key, value: unknown) => {
    if (uncovered.has(key)) return null;
    // Base64 has spare bits, and in the entry of a log the library reads past an end that is none.
    const isBase64 = typeof value === 'string' && /^[A-Za-z0-9+/]{8,}(?:[^A-Za-z0-9+/].?)?$/.test(value);
    return isBase64 ? Buffer.from(value, 'base64').toString('hex') : value;
  });
}

const sets = [
  ['v0.2.0-certificate', 'ca-cert.pem'],
  ['v0.3.1-certificate', 'ca-cert.pem'],
  ['v0.3.1-elliptic-key', 'signing-key-pub.pem'],
  ['v1.0.0-elliptic-key', 'signing-key-pub.pem'],
  ['v1.1.0-certificate', 'ca-cert.pem'],
  ['v1.1.0-elliptic-key', 'signing-key-pub.pem'],
  ['v0.3.1-sigstore', null],
  ['v1.1.0-sigstore', null],
] as const;

describe('one flipped bit in a bundle', { timeout: 600_000 }, () => {
  for (const [set, keyFile] of sets) {
    it(`${set}: is not accepted, but where nothing covers it`, async (context) => {
      if (conformanceFolder === null) context.skip('SALLYPORT_CONFORMANCE names no folder');
      const folder = path.join(conformanceFolder ?? '', 'oms/model-transparency');
      const pem = keyFile === null ? null : new Uint8Array(readFileSync(path.join(folder, 'keys', keyFile)));
      const anchors = pem === null ? [keyless] : (await parseAnchors(pem)).map((each) => anchorOf(each));
      const files = filesBelow(path.join(folder, set));
      const bundle = files['model.sig'] ?? new Uint8Array(0);
      const step = effort(Math.ceil(bundle.length / 150), 1);
      const accepted: number[] = [];
      for (let offset = 0; offset < bundle.length; offset += step) {
        const flipped = Uint8Array.from(bundle);
        flipped[offset] = (flipped[offset] ?? 0) ^ (1 << (offset % 8));
        const report = await verifyFolder(new MemoryFolder({ ...files, 'model.sig': flipped }), {
          anchors,
          at,
        });
        if (report.verdict !== 'verified') continue;
        // White space aside, whatever is accepted says the same where it is covered.
        if (!isDeepStrictEqual(covered(flipped), covered(bundle))) accepted.push(offset);
      }
      expect(accepted).toEqual([]);
    });
  }
});
