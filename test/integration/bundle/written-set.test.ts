import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlSizes } from '#engine/bundle/make-set.ts';
import { hexOf } from '#engine/core/digest.ts';
import { CHUNK_BYTES, HashPool } from '#engine/hashing/hash-pool.ts';
import { needsProgram } from '../../fixtures/needs.ts';
import { anchorFor, makeSet, makeSigner, smallRelease, verifyPlaces } from '../../fixtures/set-maker.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { workerUrl } from '../../fixtures/test-engine.ts';

let pool: HashPool;
beforeAll(() => {
  pool = new HashPool({ workerUrl });
});
afterAll(() => pool.close());

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

describe('a set on one volume', () => {
  it('has exactly the files of the format, which stock tools prove', async () => {
    const { folders, signer, draft } = await makeSet({ pool, target: temporaryFolder() });
    const [folder = ''] = folders;
    expect(path.basename(folder)).toBe(`sallyport-${draft.setId.slice(0, 8)}`);
    expect(readdirSync(folder).sort()).toEqual([
      'SHA256SUMS',
      'SHA256SUMS.sig',
      'VERIFY.txt',
      'allowed_signers',
      'blobs',
      'custody.jsonl',
      'index.json',
      'oci-layout',
      'set.dsse.json',
      'volume.json',
    ]);
    expect(readdirSync(path.join(folder, 'blobs', 'sha256')).sort()).toEqual(
      draft.blobs.map((blob) => hexOf(blob.digest)).sort(),
    );

    const checked = execFileSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(checked.trim().split('\n')).toHaveLength(7 + draft.blobs.length);
    // The very commands that VERIFY.txt tells a reader to type.
    const commands = readFileSync(path.join(folder, 'VERIFY.txt'), 'utf8').match(
      /^ {3}(?:ssh-keygen|sha256sum) .*$/gm,
    );
    expect(commands).toHaveLength(2);
    for (const command of commands ?? []) execFileSync('sh', ['-c', command], { cwd: folder });
    expect(readFileSync(path.join(folder, 'VERIFY.txt'), 'utf8')).toContain(signer.fingerprint);
  });

  it('is an OCI image layout that skopeo inspects and copies', async (context) => {
    needsProgram(context, 'skopeo');
    const { folders, draft } = await makeSet({ pool, target: temporaryFolder() });
    const copy = path.join(temporaryFolder(), 'copy');
    const source = `oci:${folders[0]}:toy-1.0.0`;
    const manifest = execFileSync('skopeo', ['inspect', '--raw', source], { encoding: 'utf8' });
    expect(JSON.parse(manifest)).toMatchObject({
      artifactType: 'application/vnd.cncf.model.manifest.v1+json',
    });
    execFileSync('skopeo', ['copy', '--quiet', source, `oci:${copy}:toy-1.0.0`]);
    const layers = draft.blobs.map((blob) => hexOf(blob.digest)).sort();
    expect(readdirSync(path.join(copy, 'blobs', 'sha256')).sort()).toEqual(layers);
  });

  it('verifies in place', async () => {
    const target = temporaryFolder();
    const { signer, draft } = await makeSet({ pool, target });
    const report = await verifyPlaces(pool, [anchorFor(signer, ['to?'])], target);
    expect(report).toMatchObject({
      verdict: 'verified',
      format: 'transfer-set',
      signature: 'valid',
      signer: { fingerprint: signer.fingerprint, anchor: { owner: 'owner of packer' } },
      files: {
        listed: draft.blobs.length,
        verified: draft.blobs.length,
        missing: [],
        extra: [],
        mismatched: [],
      },
      trustAgeDays: 23,
    });
  });
});

describe('a set on several volumes', () => {
  it('fits them, splits what does not, and every volume proves itself', async () => {
    const target = temporaryFolder();
    const { folders, plan, signer } = await makeSet({
      pool,
      target,
      limits: { volumeBytes: 150_000, maxFileBytes: 70_000 },
    });
    expect(folders.length).toBeGreaterThan(2);
    for (const folder of folders) {
      expect(sizeOf(folder)).toBeLessThanOrEqual(150_000);
      execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], { cwd: folder });
    }
    const control = folders.map((folder) => readFileSync(path.join(folder, 'set.dsse.json'), 'utf8'));
    expect(new Set(control).size).toBe(1);
    expect((await verifyPlaces(pool, [anchorFor(signer)], target)).verdict).toBe('verified');
    expect(plan.parts.some((part) => !part.isWhole)).toBe(true);
  });

  it('is joined again by the command in VERIFY.txt', async () => {
    const { folders, contents } = await makeSet({
      pool,
      target: temporaryFolder(),
      limits: { maxFileBytes: 70_000 },
    });
    const hex = [...contents].find(([, content]) => content.length === 300_000)?.[0].slice(7) ?? '';
    const text = readFileSync(path.join(folders[0] ?? '', 'VERIFY.txt'), 'utf8');
    const command = /^ {3}(ls parts.*)$/m.exec(text)?.[1]?.replaceAll('<digest>', hex) ?? '';
    expect(execFileSync('sh', ['-c', command], { cwd: folders[0], encoding: 'utf8' })).toContain(hex);
  });

  it('has control files that fit the room that was planned for them', async () => {
    const made = await makeSet({
      pool,
      target: temporaryFolder(),
      limits: { volumeBytes: 200_000, maxFileBytes: null },
    });
    const planned = controlSizes(made.draft, made.plan, made.signer).map((sizes) =>
      sizes.reduce((a, b) => a + b, 0),
    );
    const payload = made.folders.map((_, n) =>
      made.plan.parts.filter((part) => part.volume === n + 1).reduce((sum, part) => sum + part.sizeBytes, 0),
    );
    const spare = made.folders.map((folder, n) => (planned[n] ?? 0) - sizeOf(folder) + (payload[n] ?? 0));
    // Labels and serial numbers of media are planned at their longest.
    for (const bytes of spare) {
      expect(bytes).toBeGreaterThanOrEqual(0);
      expect(bytes).toBeLessThan(2000);
    }
  });

  it('gives back the same blobs whatever the releases, the sizes and the order of volumes', async () => {
    const file = fc.record({
      name: fc.stringMatching(/^[a-z]{1,8}$/),
      size: fc.integer({ min: 0, max: 120_000 }),
    });
    const files = fc.uniqueArray(file, { minLength: 1, maxLength: 4, selector: (each) => each.name });
    const shape = fc.record({
      releases: fc.array(files, { minLength: 1, maxLength: 3 }),
      volumeBytes: fc.option(fc.integer({ min: 120_000, max: 500_000 }), { nil: null }),
      maxFileBytes: fc.option(fc.integer({ min: 20_000, max: 200_000 }), { nil: null }),
      rotate: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ releases, volumeBytes, maxFileBytes, rotate }) => {
        const target = path.join(root, String(rotate));
        const made = await makeSet({
          pool,
          target,
          releases: releases.map((each, n) => ({
            model: `toy-${n}`,
            version: '1.0.0',
            files: Object.fromEntries(each.map(({ name, size }) => [name, randomBytes(size)])),
          })),
          limits: { volumeBytes, maxFileBytes },
        });
        const places = [...made.folders.keys()].map(
          (n) => made.folders[(n + rotate) % made.folders.length] ?? '',
        );
        const report = await verifyPlaces(pool, [anchorFor(made.signer)], ...places);
        expect(report.verdict).toBe('verified');
        for (const { digest } of made.draft.blobs) {
          const parts = made.plan.parts.filter((part) => part.blob === digest);
          const bytes = parts.map((part) =>
            readFileSync(path.join(made.folders[part.volume - 1] ?? '', part.path)),
          );
          expect(Buffer.compare(Buffer.concat(bytes), made.contents.get(digest) ?? Buffer.alloc(0))).toBe(0);
        }
        rmSync(target, { recursive: true });
      }),
      { numRuns: 15 },
    );
  });

  let root: string;
  beforeAll(() => {
    root = path.join(tmpdir(), `sallyport-test-${randomBytes(6).toString('hex')}`);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
});

describe('writing', () => {
  it('stops at a damaged stored blob, names the range and leaves nothing', async () => {
    const target = temporaryFolder();
    const big = randomBytes(CHUNK_BYTES * 2 + 100);
    const releases = [{ model: 'toy', version: '1.0.0', files: { 'model.onnx': big } }];
    const damage = (_: string, content: Uint8Array) => {
      if (content.length !== big.length) return content;
      const bad = Uint8Array.from(content);
      bad[CHUNK_BYTES + 7] = (bad[CHUNK_BYTES + 7] ?? 0) ^ 1;
      return bad;
    };
    for (const maxFileBytes of [null, CHUNK_BYTES, 3_000_000]) {
      await expect(
        makeSet({ pool, target, releases, damage, limits: { maxFileBytes } }),
      ).rejects.toMatchObject({
        code: 'DIGEST-MISMATCH',
        message: expect.stringContaining(`bytes ${CHUNK_BYTES}-${CHUNK_BYTES * 2 - 1}`) as string,
      });
      expect(readdirSync(target)).toEqual(['store']);
    }
  });

  it('leaves nothing behind when it is cancelled, and keeps what was there before', async () => {
    const target = temporaryFolder();
    mkdirSync(path.join(target, 'volume-1'));
    writeFileSync(path.join(target, 'volume-1', 'mine.txt'), 'x');
    const controller = new AbortController();
    controller.abort(new Error('cancelled'));
    await expect(makeSet({ pool, target, signal: controller.signal })).rejects.toThrow();
    expect(readdirSync(path.join(target, 'volume-1'))).toEqual(['mine.txt']);
  });

  it('never has the name of a set before all of it is written and read back', async () => {
    const target = temporaryFolder();
    const volume = path.join(target, 'volume-1');
    let seen: string[] = [];
    const change = new AbortController();
    const timer = setInterval(() => {
      if (existsSync(volume)) seen = [...new Set([...seen, ...readdirSync(volume)])];
    }, 1);
    await makeSet({
      pool,
      target,
      signal: change.signal,
      releases: [{ ...smallRelease, files: { a: randomBytes(40_000_000) } }],
    });
    clearInterval(timer);
    expect(seen.some((name) => /^\.sallyport-[0-9a-f]{32}\.writing$/.test(name))).toBe(true);
    expect(readdirSync(volume)).toHaveLength(1);
  });

  it('signs with the name and key that allowed_signers gives', async () => {
    const signer = makeSigner('packer-two');
    const { folders } = await makeSet({ pool, target: temporaryFolder(), signer });
    expect(readFileSync(path.join(folders[0] ?? '', 'allowed_signers'), 'utf8')).toMatch(
      /^packer-two namespaces="sallyport-transfer" ssh-ed25519 [A-Za-z0-9+/=]+\n$/,
    );
  });
});
