import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Signer } from '#engine/core/signer.ts';
import { opensshLine } from '#engine/trust/openssh-key.ts';
import { packOf, rootsOf, signedBy } from '../../fixtures/packs.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { newSigner, sshAnchor } from '../../fixtures/signing.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';
import { openSite } from '../../fixtures/two-sites.ts';

const failsWith = (code: string) => expect.objectContaining({ code }) as Error;
const DAY_MS = 86_400_000;

const anna = newSigner('anna');
const ben = newSigner('ben');
const roots = rootsOf(2, anna, ben);
const fingerprints = [anna.fingerprint, ben.fingerprint];

/** The anchor as a pack carries it. */
function packAnchor(signer: Signer, over: object = {}) {
  const {
    id: _id,
    source: _source,
    addedAt: _addedAt,
    addedBy: _addedBy,
    refreshedAt: _refreshedAt,
    revokedAt: _revokedAt,
    revokedReason: _revokedReason,
    pack: _pack,
    ...anchor
  } = sshAnchor(signer);
  return { ...anchor, ...over };
}

function fileOf(content: Uint8Array | string): string {
  const file = path.join(temporaryFolder(), 'file');
  writeFileSync(file, content);
  return file;
}

async function openHere() {
  const clock = new ManualClock();
  return { test: await openTestEngine({ clock }), clock };
}

const accept = (test: TestEngine, pack: Uint8Array, over: { roots?: string[]; olderReason?: string } = {}) =>
  test.engine.call('trust.pack.accept', { source: test.locate(fileOf(pack)), ...over });

const owners = async ({ engine }: TestEngine) =>
  (await engine.call('anchors.list', {})).map(({ owner, pack }) => `${owner} ${pack ?? 'here'}`);

const acts = async ({ engine }: TestEngine) =>
  (await engine.call('audit.list', {})).map(({ body }) => `${body.act} ${body.outcome}`);

describe('trust packs', () => {
  const vendor = newSigner('vendor');
  const lab = newSigner('lab');
  const first = packOf(roots, { anchors: [packAnchor(vendor), packAnchor(lab)] });

  it('bring anchors, and take away what a newer one drops; history keeps it', async () => {
    const { test } = await openHere();
    await expect(accept(test, signedBy(first, anna, ben))).rejects.toThrow(
      failsWith('FINGERPRINT-UNCONFIRMED'),
    );
    expect(await owners(test)).toEqual([]);
    await accept(test, signedBy(first, anna, ben), { roots: fingerprints });
    expect(await owners(test)).toEqual(['lab 1', 'vendor 1']);

    const narrowed = { ...first, number: 2, anchors: [packAnchor(vendor, { models: ['llama-*'] })] };
    const bytes = signedBy(narrowed, anna, ben);
    const inspection = await test.engine.call('trust.pack.inspect', { source: test.locate(fileOf(bytes)) });
    expect(inspection).toMatchObject({
      acceptable: true,
      signedBy: ['anna', 'ben'],
      current: { number: 1, acceptedBy: expect.any(String) as string },
      quorums: [{ roots: 'in-force', threshold: 2, keys: [{ signed: true }, { signed: true }] }],
      changes: {
        anchors: [
          { change: 'limited', owner: 'vendor', models: ['llama-*'], before: { models: ['*'] } },
          { change: 'dropped', owner: 'lab', before: null },
        ],
        kept: 0,
        rootsChange: false,
      },
    });
    await accept(test, bytes);
    const [anchor, ...others] = await test.engine.call('anchors.list', {});
    expect(others).toEqual([]);
    expect(anchor).toMatchObject({
      owner: 'vendor',
      models: ['llama-*'],
      pack: 2,
      refreshedAt: first.createdAt,
      expiresAt: '2027-02-19T10:00:00.000Z',
    });
    const history = await test.engine.call('anchors.history', {});
    expect(history.map(({ owner, retiredReason }) => `${owner}: ${retiredReason}`).sort()).toEqual([
      'lab: dropped by trust pack 2 of security-office',
      'vendor: dropped by trust pack 2 of security-office',
    ]);
    expect(await acts(test)).toEqual(['pack.accept done', 'pack.accept done', 'pack.accept refused']);
    const [newest, oldest] = await test.engine.call('trust.pack.list', {});
    if (newest === undefined || oldest === undefined) throw new Error('two packs were accepted');
    expect(await test.engine.call('trust.pack.get', newest)).toMatchObject({
      before: { number: 1 },
      changes: { anchors: [{ change: 'limited' }, { change: 'dropped', owner: 'lab' }] },
    });
    expect(await test.engine.call('trust.pack.get', oldest)).toMatchObject({
      before: null,
      quorums: [{ roots: 'named', threshold: 2 }],
      changes: { anchors: [{ change: 'added' }, { change: 'added' }] },
    });
    expect((await test.engine.call('audit.verify', {})).ok).toBe(true);
  });

  it('never go backwards, but for a reason that is on record', async () => {
    const { test } = await openHere();
    await accept(test, signedBy({ ...first, number: 7 }, anna, ben), { roots: fingerprints });
    const older = signedBy({ ...first, number: 6, anchors: [packAnchor(lab)] }, anna, ben);
    await expect(accept(test, older)).rejects.toThrow(failsWith('PACK-OUTDATED'));
    const accepted = await accept(test, older, { olderReason: 'pack 7 named a wrong key' });
    expect(accepted).toMatchObject({ number: 6, olderReason: 'pack 7 named a wrong key' });
    expect(await owners(test)).toEqual(['lab 6']);
    const [entry] = await test.engine.call('audit.list', { limit: 1 });
    expect(entry?.body).toMatchObject({ act: 'pack.go-back', reason: 'pack 7 named a wrong key' });
    expect((await test.engine.call('trust.status', {})).packs.map(({ number }) => number)).toEqual([6, 7]);
  });

  it('change their roots with the signatures of both', async () => {
    const { test } = await openHere();
    await accept(test, signedBy(first, anna, ben), { roots: fingerprints });
    const carl = newSigner('carl');
    const changed = { ...first, number: 2, roots: rootsOf(1, carl) };
    await expect(accept(test, signedBy(changed, carl))).rejects.toThrow(failsWith('PACK-UNAUTHORISED'));
    await expect(accept(test, signedBy(changed, anna, ben))).rejects.toThrow(failsWith('PACK-UNAUTHORISED'));
    await accept(test, signedBy(changed, anna, ben, carl));
    await expect(accept(test, signedBy({ ...first, number: 3 }, anna, ben))).rejects.toThrow(
      failsWith('PACK-UNAUTHORISED'),
    );
    await accept(test, signedBy({ ...changed, number: 3 }, carl));
  });

  it('are refused when an anchor in them is not the key of its fingerprint', async () => {
    const { test } = await openHere();
    const swapped = { ...first, anchors: [packAnchor(vendor, { material: sshAnchor(lab).material })] };
    await expect(accept(test, signedBy(swapped, anna, ben), { roots: fingerprints })).rejects.toThrow(
      failsWith('FORMAT-INVALID'),
    );
  });

  it('leave alone what people here added, and cannot be removed from one by one', async () => {
    const { test } = await openHere();
    const own = newSigner('own');
    await test.engine.call('anchors.add', {
      source: test.locate(fileOf(`${opensshLine(own.publicKey, 'own')}\n`)),
      fingerprint: own.fingerprint,
      owner: 'own',
      models: ['*'],
    });
    await accept(test, signedBy(first, anna, ben), { roots: fingerprints });
    expect(await owners(test)).toEqual(['lab 1', 'own here', 'vendor 1']);
    const [lead] = await test.engine.call('anchors.list', {});
    await expect(test.engine.call('anchors.remove', { id: lead?.id ?? '', reason: 'x' })).rejects.toThrow(
      failsWith('STATE-CONFLICT'),
    );
    await accept(test, signedBy({ ...first, number: 2, anchors: [] }, anna, ben));
    expect(await owners(test)).toEqual(['own here']);
  });

  it('bring revocations that stay, whatever a later pack says', async () => {
    const { test } = await openHere();
    const revocation = {
      kind: 'key' as const,
      value: lab.fingerprint,
      reason: 'stolen',
      revokedAt: '2026-11-20T00:00:00.000Z',
    };
    await accept(test, signedBy({ ...first, revocations: [revocation] }, anna, ben), { roots: fingerprints });
    const silent = signedBy({ ...first, number: 2 }, anna, ben);
    const { changes } = await test.engine.call('trust.pack.inspect', {
      source: test.locate(fileOf(silent)),
    });
    expect(changes.revocations).toEqual([{ ...revocation, change: 'left-out' }]);
    await accept(test, silent);
    const [row, ...others] = await test.engine.call('trust.revocations.list', {});
    expect(others).toEqual([]);
    expect(row).toMatchObject({ ...revocation, pack: 1, liftedAt: null });
    await expect(
      test.engine.call('trust.revocations.lift', { id: row?.id ?? '', reason: 'found again' }),
    ).rejects.toThrow(failsWith('STATE-CONFLICT'));
    expect((await test.engine.call('audit.verify', {})).ok).toBe(true);
  });

  it('raise the clock floor, and warn when they are past their limit', async () => {
    const { test, clock } = await openHere();
    const early = signedBy({ ...first, createdAt: '2026-11-23T11:00:00.000Z' }, anna, ben);
    await accept(test, early, { roots: fingerprints });
    const status = await test.engine.call('trust.status', {});
    expect(status.clock).toMatchObject({
      floor: '2026-11-23T11:00:00.000Z',
      floorSource: 'trust pack 1 of security-office',
      behind: true,
    });
    expect((await test.engine.call('system.status', {})).clockBehind).toBe(true);
    clock.advance(100 * DAY_MS);
    const later = await test.engine.call('trust.status', {});
    expect(later.checks).toContainEqual(
      expect.objectContaining({ id: 'trust.pack', status: 'warning', code: 'TRUST-OUTDATED' }),
    );
    expect(later.checks.filter(({ id }) => id === 'trust.expired')).toHaveLength(2);
    expect((await test.engine.call('system.doctor', {})).checks.map(({ id }) => id)).toContain('trust.pack');
  });
});

describe('a pack of one site', () => {
  it('is made, signed by a second root holder, and accepted by another site', async () => {
    const office = await openSite('office', 'anna');
    const passphrase = 'second key';
    await office.engine.call('keys.create', { name: 'ben', passphrase });
    const keys = await office.engine.call('keys.list', {});
    const files = keys.map(({ publicKeyLine }) => office.locate(fileOf(publicKeyLine)));
    const vendor = newSigner('vendor');
    await office.engine.call('anchors.add', {
      source: office.locate(fileOf(opensshLine(vendor.publicKey, 'vendor'))),
      fingerprint: vendor.fingerprint,
      owner: 'Vendor',
      models: ['llama-*'],
      purposes: ['models'],
    });
    const target = temporaryFolder();
    const made = await office.engine.call('trust.pack.create', {
      target: office.locate(target),
      maxAgeDays: 30,
      roots: { threshold: 2, keys: files },
    });
    expect(made).toMatchObject({ signedBy: ['anna'], pack: { authority: 'office', number: 1, anchors: 1 } });
    const file = path.join(target, made.file);
    await office.engine.call('session.unlock', { name: 'ben', passphrase });
    const both = await office.engine.call('trust.pack.sign', { source: office.locate(file) });
    expect(both.signedBy).toEqual(['anna', 'ben']);

    const facility = await openSite('facility', 'operator');
    await expect(facility.engine.call('trust.pack.sign', { source: facility.locate(file) })).rejects.toThrow(
      failsWith('PACK-UNAUTHORISED'),
    );
    const accepted = await facility.engine.call('trust.pack.accept', {
      source: facility.locate(file),
      roots: keys.map(({ fingerprint }) => fingerprint),
    });
    expect(accepted).toMatchObject({ number: 1, acceptedBy: 'operator', digest: made.pack.digest });
    expect(await facility.engine.call('anchors.list', {})).toEqual([
      expect.objectContaining({
        owner: 'Vendor',
        purposes: ['models'],
        pack: 1,
        fingerprint: vendor.fingerprint,
      }),
    ]);
  });
});

describe('an anchor', () => {
  it('is confirmed anew by the same key, and by no other', async () => {
    const { test, clock } = await openHere();
    const signer = newSigner('vendor');
    const source = test.locate(fileOf(opensshLine(signer.publicKey, 'vendor')));
    const { id } = await test.engine.call('anchors.add', {
      source,
      fingerprint: signer.fingerprint,
      owner: 'Vendor',
      models: ['*'],
      expiresAt: '2027-01-01T00:00:00.000Z',
    });
    clock.advance(40 * DAY_MS);
    expect((await test.engine.call('system.status', {})).oldestTrustDays).toBe(40);
    const other = newSigner('other');
    await expect(
      test.engine.call('anchors.refresh', {
        id,
        source: test.locate(fileOf(opensshLine(other.publicKey, 'other'))),
        fingerprint: other.fingerprint,
      }),
    ).rejects.toThrow(failsWith('FINGERPRINT-UNCONFIRMED'));
    const fresh = await test.engine.call('anchors.refresh', { id, source, fingerprint: signer.fingerprint });
    expect(fresh).toMatchObject({
      id,
      addedAt: '2026-11-23T10:00:00.000Z',
      refreshedAt: '2027-01-02T10:00:00.000Z',
      expiresAt: '2027-01-01T00:00:00.000Z',
    });
    expect((await test.engine.call('system.status', {})).oldestTrustDays).toBe(0);
  });

  it('is limited anew with a reason, unless it is revoked or of a pack', async () => {
    const { test } = await openHere();
    const signer = newSigner('vendor');
    const { id } = await test.engine.call('anchors.add', {
      source: test.locate(fileOf(opensshLine(signer.publicKey, 'vendor'))),
      fingerprint: signer.fingerprint,
      owner: 'Vendor',
      models: ['*'],
    });
    const limits = {
      id,
      models: ['llama-*'],
      formats: ['sshsig'],
      purposes: ['models' as const],
      expiresAt: '2027-01-01T00:00:00.000Z',
      reason: 'they only make llamas',
    };
    const { reason, ...counts } = limits;
    expect(await test.engine.call('anchors.limit', limits)).toMatchObject({ ...counts, owner: 'Vendor' });
    await expect(test.engine.call('anchors.limit', limits)).rejects.toThrow(failsWith('STATE-CONFLICT'));
    const [entry] = await test.engine.call('audit.list', { act: 'anchor.limit' });
    expect(entry?.body).toMatchObject({
      reason,
      details: { after: 'models llama-*; formats sshsig; purposes models; until 2027-01-01T00:00:00.000Z' },
    });
    await test.engine.call('anchors.revoke', { id, reason: 'stolen' });
    await expect(test.engine.call('anchors.limit', { ...limits, models: ['qwen-*'] })).rejects.toThrow(
      failsWith('STATE-CONFLICT'),
    );
    await accept(test, signedBy(packOf(roots, { anchors: [packAnchor(newSigner('lab'))] }), anna, ben), {
      roots: fingerprints,
    });
    const ofPack = (await test.engine.call('anchors.list', {})).find(({ pack }) => pack !== null);
    await expect(test.engine.call('anchors.limit', { ...limits, id: ofPack?.id ?? '' })).rejects.toThrow(
      failsWith('STATE-CONFLICT'),
    );
  });

  it('goes with an identity only when it is a trusted root', async () => {
    const { test } = await openHere();
    const signer = newSigner('vendor');
    await expect(
      test.engine.call('anchors.add', {
        source: test.locate(fileOf(opensshLine(signer.publicKey, 'vendor'))),
        fingerprint: signer.fingerprint,
        owner: 'Vendor',
        models: ['*'],
        identity: 'somebody@example.com',
        issuer: 'https://accounts.example.com',
      }),
    ).rejects.toThrow(failsWith('USAGE'));
  });
});
