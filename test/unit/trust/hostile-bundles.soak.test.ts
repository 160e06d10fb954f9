import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import type { TrustAnchor } from '#engine/trust/anchor.ts';
import { preAuthEncoding } from '#engine/trust/dsse.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { factsOfCurve } from '#engine/trust/ecdsa.ts';
import { verifyFolder, type VerifyOptions } from '#engine/trust/verify-folder.ts';
import { omsBundle, omsStatement, rootOf } from '../../fixtures/certificates.ts';
import { effort } from '../../fixtures/effort.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import { anchorOf } from '../../fixtures/signing.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const at = new Date('2026-11-24T00:00:00.000Z');
const weights = new TextEncoder().encode('weights');
const digest = createHash('sha256').update(weights).digest('hex');
const newKey = (namedCurve = 'P-384') => generateKeyPairSync('ec', { namedCurve }).privateKey;
const pemOf = (key: KeyObject) => String(createPublicKey(key).export({ format: 'pem', type: 'spki' }));
const anchorsFor = async (key: KeyObject): Promise<TrustAnchor[]> =>
  (await parseAnchors(new TextEncoder().encode(pemOf(key)))).map((found) => anchorOf(found));
const hintOf = (key: KeyObject) => createHash('sha256').update(pemOf(key)).digest('hex');
const unhinted = { publicKey: { hint: '' } };

const key = newKey();
const anchors = await anchorsFor(key);

async function verify(bundle: Uint8Array | string, over: Partial<VerifyOptions> = {}): Promise<VerifyReport> {
  const folder = new MemoryFolder({ 'a.bin': weights, 'model.sig': bundle });
  return await verifyFolder(folder, { anchors, at, ...over });
}

interface Resource {
  readonly name: string;
  readonly algorithm: string;
  readonly digest: string;
}

const resource = (name: string): Resource => ({ name, algorithm: 'sha256', digest });

/** Signed well over whatever it lists. */
function listing(resources: readonly Resource[], serialization: Record<string, unknown> = {}): Uint8Array {
  const root = { name: 'model', digest: { sha256: rootOf(resources) } };
  const usual = { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: [] };
  const predicate = { serialization: { ...usual, ...serialization }, resources };
  return omsBundle(omsStatement({}, { subject: [root], predicate }), key, unhinted);
}

const failures = ({ checks }: VerifyReport) =>
  checks.flatMap(({ id, status, code }) => (status === 'failed' ? [`${id} ${code ?? ''}`] : []));
const signatureDetail = ({ checks }: VerifyReport) => checks.find(({ id }) => id === 'signature')?.detail;

/** Processor seconds that something takes, and by how many MB the process grows meanwhile. */
async function cost(work: () => Promise<unknown>): Promise<{ seconds: number; megabytes: number }> {
  const before = { processor: process.cpuUsage(), memory: process.memoryUsage.rss() };
  await work();
  const { user, system } = process.cpuUsage(before.processor);
  return {
    seconds: (user + system) / 1e6,
    megabytes: (process.memoryUsage.rss() - before.memory) / 1e6,
  };
}

describe('a bundle that is made to be misunderstood', () => {
  const good = () => listing([resource('a.bin')]);

  it('holds as long as it is not', async () => {
    expect(await verify(good())).toMatchObject({ verdict: 'verified', signature: 'valid' });
  });

  it('has a key twice, outside or in what is signed', async () => {
    const text = Buffer.from(good()).toString();
    const twice = text.replace('"payloadType"', '"payload":"e30=","payloadType"');
    expect(signatureDetail(await verify(twice))).toContain('twice');
    const statement = JSON.stringify(omsStatement({ 'a.bin': weights }));
    const payload = Buffer.from(statement.replace('"resources"', '"resources":[],"resources"'));
    const sig = sign('sha384', preAuthEncoding(PAYLOAD_TYPE, payload), key).toString('base64');
    const bundle = JSON.parse(text) as { dsseEnvelope: Record<string, unknown> };
    bundle.dsseEnvelope = {
      payloadType: PAYLOAD_TYPE,
      payload: payload.toString('base64'),
      signatures: [{ sig }],
    };
    const report = await verify(JSON.stringify(bundle));
    expect(report.signature).toBe('invalid');
    expect(signatureDetail(report)).toContain('twice');
  });

  it.each([
    ['..', ['../a.bin'], 'paths PATH-UNSAFE'],
    ['an absolute path', ['/etc/passwd'], 'paths PATH-UNSAFE'],
    ['a drive', ['C:/a.bin'], 'paths PATH-UNSAFE'],
    ['a backslash', ['d\\a.bin'], 'paths PATH-UNSAFE'],
    ['a control character', ['a\u0000.bin'], 'paths PATH-UNSAFE'],
    ['a name in another Unicode form', ['cafe\u0301.bin'], 'paths PATH-UNSAFE'],
    ['a reserved name', ['nul.bin'], 'paths PATH-UNSAFE'],
    ['a name twice', ['a.bin', 'a.bin'], 'files.list FORMAT-INVALID'],
    ['names that differ in case', ['a.bin', 'A.bin'], 'paths PATH-COLLISION'],
    ['names that are one in another form', ['\ufb01x.bin', 'fix.bin'], 'paths PATH-COLLISION'],
    ['a file that is a folder too', ['a.bin', 'a.bin/b'], 'paths PATH-COLLISION'],
  ])('lists %s', async (_, names, expected) => {
    const report = await verify(listing(names.map(resource)));
    expect(report.verdict).toBe('failed');
    expect(failures(report)).toContain(expected);
  });

  it('lists nothing at all', async () => {
    const report = await verify(listing([]));
    expect(report).toMatchObject({ verdict: 'failed', signature: 'valid', files: { extra: ['a.bin'] } });
  });
});

describe('a signature in a bundle', () => {
  const statement = omsStatement({ 'a.bin': weights });

  it('does not hold under a key of another kind, though it is accepted', async () => {
    const others = [
      newKey('P-256'),
      newKey('P-521'),
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
      generateKeyPairSync('ed25519').privateKey,
    ];
    for (const other of others) {
      const report = await verify(omsBundle(statement, key, unhinted), { anchors: await anchorsFor(other) });
      expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid' });
    }
  });

  it('is not made with an RSA key, however well it holds', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const report = await verify(omsBundle(statement, rsa, unhinted), { anchors: await anchorsFor(rsa) });
    expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid' });
  });

  it('does not hold with the hint of another key that is accepted too', async () => {
    const other = newKey();
    const both = { anchors: [...anchors, ...(await anchorsFor(other))] };
    const hinted = (hint: string) => omsBundle(statement, key, { publicKey: { hint } });
    expect((await verify(hinted(hintOf(key)), both)).verdict).toBe('verified');
    expect(await verify(hinted(hintOf(other)), both)).toMatchObject({
      verdict: 'failed',
      signature: 'invalid',
    });
  });

  const { order, fieldBytes } = factsOfCurve('P-384');
  const integer = (value: bigint) => {
    const hex = value.toString(16).padStart(2 * fieldBytes + 2, '0');
    const bytes = Buffer.from(hex, 'hex');
    const start = Math.max(
      0,
      bytes.findIndex((byte) => byte !== 0),
    );
    const body =
      value === 0n ? Buffer.of(0) : bytes.subarray((bytes[start] ?? 0) >= 0x80 ? start - 1 : start);
    return Buffer.concat([Buffer.of(2, body.length), body]);
  };
  const der = (...parts: readonly Buffer[]) => {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.of(0x30, body.length), body]);
  };
  const one = integer(1n);
  it.each([
    ['r of 0', () => der(integer(0n), one)],
    ['s of 0', () => der(one, integer(0n))],
    ['both 0', () => der(integer(0n), integer(0n))],
    ['r of the order', () => der(integer(order), one)],
    ['s of the order', () => der(one, integer(order))],
    ['r beyond the order', () => der(integer(order + 1n), one)],
    ['nothing', () => Buffer.alloc(0)],
    ['a byte less', (good: Buffer) => good.subarray(0, -1)],
    ['a byte more', (good: Buffer) => Buffer.concat([good, Buffer.of(0)])],
    ['a number more', (good: Buffer) => der(good.subarray(2), one)],
    [
      'padded numbers',
      (good: Buffer) => {
        const length = good[3] ?? 0;
        const r = Buffer.concat([Buffer.of(2, length + 1, 0), good.subarray(4, 4 + length)]);
        return der(r, good.subarray(4 + length));
      },
    ],
  ] as const)('does not hold with %s', async (_, spoil) => {
    const bundle = JSON.parse(Buffer.from(omsBundle(statement, key, unhinted)).toString()) as {
      dsseEnvelope: { signatures: { sig: string }[] };
    };
    const [signature] = bundle.dsseEnvelope.signatures;
    if (signature === undefined) throw new Error('the fixture made no signature');
    signature.sig = spoil(Buffer.from(signature.sig, 'base64')).toString('base64');
    expect(await verify(JSON.stringify(bundle))).toMatchObject({ verdict: 'failed', signature: 'invalid' });
  });
});

describe('a bundle that is made to be too much', { timeout: 600_000 }, () => {
  it('is nested deeply', async () => {
    const deep = '['.repeat(1_000_000);
    const bundle = `{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":${deep}`;
    const { seconds } = await cost(async () => {
      expect(await verify(bundle)).toMatchObject({ verdict: 'failed', signature: 'invalid' });
    });
    expect(seconds).toBeLessThan(5);
  });

  it('is larger than anything that is read', async () => {
    const bundle = Buffer.alloc(256 * 1024 * 1024 + 1, ' ');
    bundle.write('{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"');
    const { seconds } = await cost(async () => {
      expect(signatureDetail(await verify(bundle))).toContain('far too large');
    });
    expect(seconds).toBeLessThan(5);
  });

  const count = effort(50_000, 1_000_000);
  const many = (nameOf: (n: number) => string) => () =>
    listing(
      Array.from({ length: count }, (_, n) => ({
        ...resource(nameOf(n)),
        digest: n.toString(16).padStart(64, '0'),
      })),
    );
  const cased = (n: number) =>
    Array.from('abcdefghijklmnopqrst', (letter, bit) =>
      (n >> bit) & 1 ? letter.toUpperCase() : letter,
    ).join('');
  it.each([
    ['files', many((n) => `d/${n}`)],
    ['files that are one in another case', many(cased)],
    ['times the same file', many(() => 'x')],
    ['unsafe names', many((n) => `../${n}`)],
    ['files below another', many((n) => (n === 0 ? 'a' : `a/${n}`))],
  ])(`lists ${count} %s, and is told in few words`, async (_, make) => {
    const bundle = make();
    const { seconds, megabytes } = await cost(async () => {
      const report = await verify(bundle);
      expect(report.verdict).toBe('failed');
      expect(report.checks.length).toBeLessThan(5_000);
    });
    expect(seconds).toBeLessThan(count / 5_000);
    expect(megabytes).toBeLessThan(400 + count / 500);
  });

  it(`has ${count} resources that are none`, async () => {
    const none = Array.from({ length: count }, () => ({ name: 1 }));
    const predicate = {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false },
      resources: none,
    };
    const report = await verify(omsBundle(omsStatement({}, { predicate }), key, unhinted));
    expect(report.signature).toBe('invalid');
    expect(signatureDetail(report)?.length).toBeLessThan(1_000);
  });

  it('leaves out 100,000 paths, and there are many others', async () => {
    const ignored = Array.from({ length: 100_000 }, (_, n) => `left/${n}`);
    const others = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`more/${n}`, '']));
    const bundle = listing([resource('a.bin')], { ignore_paths: ignored });
    const { seconds } = await cost(async () => {
      const folder = new MemoryFolder({ 'a.bin': weights, 'model.sig': bundle, ...others });
      const report = await verifyFolder(folder, { anchors, at });
      expect(report.files.extra).toHaveLength(10_000);
    });
    expect(seconds).toBeLessThan(10);
  });
});

describe('signatures and lists without end', { timeout: 600_000 }, () => {
  it('are read up to a limit for all of them, and then nothing is verified', async () => {
    const line = `${digest}  a.bin\n`;
    const list = new Uint8Array(Buffer.from(line + '#'.repeat(60 * 1024 * 1024)));
    const lists = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`SHA256SUMS.${n}`, list]));
    const report = await verifyFolder(new MemoryFolder({ 'a.bin': weights, ...lists }), { anchors, at });
    expect(report.verdict).toBe('failed');
    expect(report.checks.find(({ status }) => status === 'failed')?.detail).toContain('than are read');
  });
});
