import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { verifyEnvelope } from '#engine/trust/dsse.ts';
import { parseOpensshLine } from '#engine/trust/openssh-key.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { openTestEngine } from '../../fixtures/test-engine.ts';

const passphrase = 'a passphrase of the test';
const subject = `sha256:${'ab'.repeat(32)}`;
const asked = {
  subject,
  rule: 'pickle.global-denied',
  object: 'toy@1.0.0: a.bin',
  reason: 'read by two people',
};

async function openSite() {
  const clock = new ManualClock();
  const test = await openTestEngine({ clock });
  const { publicKeyLine } = await test.engine.call('keys.create', { name: 'officer', passphrase });
  await test.engine.call('session.unlock', { name: 'officer', passphrase });
  return { ...test, clock, publicKeyLine };
}

describe('a waiver', () => {
  it('is signed by the unlocked key over all that it says, and is on record', async () => {
    const { engine, publicKeyLine } = await openSite();
    const waiver = await engine.call('waivers.add', asked);
    expect(waiver).toMatchObject({ ...asked, grantedBy: 'officer', state: 'active', revoked: null });

    const key = parseOpensshLine(publicKeyLine);
    const signer = { fingerprint: key?.fingerprint ?? '', publicKey: key?.ed25519 ?? new Uint8Array() };
    const outcome = verifyEnvelope(new TextEncoder().encode(waiver.envelope), [signer]);
    expect(outcome.outcome).toBe('valid');
    const payload = outcome.outcome === 'valid' ? new TextDecoder().decode(outcome.payload) : '';
    expect(JSON.parse(payload)).toMatchObject({
      subject: [{ digest: { sha256: 'ab'.repeat(32) } }],
      predicateType: 'urn:sallyport:waiver:v1',
      predicate: { id: waiver.id, rule: asked.rule, reason: asked.reason, grantedBy: 'officer' },
    });
    const [entry] = await engine.call('audit.list', { limit: 1 });
    expect(entry?.body).toMatchObject({ act: 'waiver.grant', who: 'officer', reason: asked.reason });
    expect((await engine.call('audit.verify', {})).ok).toBe(true);
  });

  it('needs an unlocked key', async () => {
    const { engine } = await openSite();
    await engine.call('session.lock', {});
    await expect(engine.call('waivers.add', asked)).rejects.toMatchObject({ code: 'KEY-LOCKED' });
    expect(await engine.call('waivers.list', {})).toEqual([]);
  });

  it('counts until it expires, and not for a time that is over', async () => {
    const { engine, clock } = await openSite();
    const until = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();
    const expiresAt = until(60_000);
    await expect(engine.call('waivers.add', { ...asked, expiresAt: until(-1) })).rejects.toMatchObject({
      code: 'USAGE',
    });
    await engine.call('waivers.add', { ...asked, expiresAt });
    expect((await engine.call('waivers.list', { subject }))[0]?.state).toBe('active');
    clock.advance(60_000);
    expect((await engine.call('waivers.list', { subject }))[0]?.state).toBe('expired');
  });

  it('can be revoked once, and stays on record', async () => {
    const { engine } = await openSite();
    const { id } = await engine.call('waivers.add', asked);
    const revoked = await engine.call('waivers.revoke', { id, reason: 'a better file arrived' });
    expect(revoked).toMatchObject({
      state: 'revoked',
      revoked: { by: 'officer', reason: 'a better file arrived' },
    });
    await expect(engine.call('waivers.revoke', { id, reason: 'again' })).rejects.toMatchObject({
      code: 'STATE-CONFLICT',
    });
    expect((await engine.call('audit.verify', {})).ok).toBe(true);
  });

  it('does not count when its row says anything else than what was signed', async () => {
    const { engine, home } = await openSite();
    await engine.call('waivers.add', asked);
    const database = new BetterSqlite(path.join(home, 'registry.db'));
    database.exec('DROP TRIGGER waivers_no_update');
    database.prepare('UPDATE waivers SET rule = ?').run('pickle.other');
    database.close();
    expect((await engine.call('waivers.list', {}))[0]?.state).toBe('invalid');
    const { ok, checks } = await engine.call('audit.verify', {});
    expect(ok).toBe(false);
    expect(checks.some(({ path: row }) => row?.startsWith('row waivers'))).toBe(true);
  });
});

describe('a policy', () => {
  it('is changed by a version at a time, with a reason, and its history stays', async () => {
    const { engine } = await openSite();
    const before = await engine.call('policy.get', {});
    expect(before).toMatchObject({ id: 'built-in', version: 0, reason: null });
    const document = { ...before.document, formats: ['safetensors'] };
    const after = await engine.call('policy.set', { document, reason: 'safetensors only', basedOn: 0 });
    expect(after).toMatchObject({ id: 'site', version: 1, changedBy: 'officer', document });
    await expect(
      engine.call('policy.set', { document: before.document, reason: 'back', basedOn: 0 }),
    ).rejects.toMatchObject({ code: 'STATE-CONFLICT' });
    await expect(
      engine.call('policy.set', { document, reason: 'the same', basedOn: 1 }),
    ).rejects.toMatchObject({
      code: 'STATE-CONFLICT',
    });
    expect((await engine.call('policy.history', {})).map(({ version }) => version)).toEqual([1, 0]);
    const [entry] = await engine.call('audit.list', { limit: 1 });
    expect(entry?.body).toMatchObject({ act: 'policy.set', reason: 'safetensors only' });
    expect((await engine.call('audit.verify', {})).ok).toBe(true);
  });
});
