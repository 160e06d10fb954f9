import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { type Fleet, activate, openFleet, publish, push, rollback } from '../../fixtures/fleet.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { safetensorsFile } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const passphrase = 'a passphrase of the test';
const files = {
  'model.safetensors': safetensorsFile({ a: [1, 2, 3] }),
  'table.bin': Buffer.from([1, 2, 3, 255]),
};
const rule = 'file.unidentified';

async function setRule({ test }: Fleet, effect: 'block' | 'review', reason: string): Promise<void> {
  const { document, version } = await test.engine.call('policy.get', {});
  const rules = { ...document.rules, [rule]: effect };
  await test.engine.call('policy.set', { document: { ...document, rules }, basedOn: version, reason });
}

async function waive({ test }: Fleet, subject: string, expiresAt?: string): Promise<string> {
  const { id } = await test.engine.call('waivers.add', {
    ...{ subject, rule, object: 'toy', reason: 'a table of ours' },
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
  return id;
}

async function openSite(clock = new ManualClock()): Promise<Fleet & { clock: ManualClock }> {
  const fleet = await openFleet({ engine: { clock } });
  await fleet.test.engine.call('keys.create', { name: 'officer', passphrase });
  await fleet.test.engine.call('session.unlock', { name: 'officer', passphrase });
  return { ...fleet, clock };
}

const blocked = {
  code: 'POLICY-REFUSED',
  message: expect.stringMatching(/^Policy site v\d+ blocks what is in toy@1\.0\.0\.$/) as string,
  details: {
    items: expect.arrayContaining([expect.stringContaining('table.bin: ')]) as string[],
    state: 'Nothing was sent, and no server was touched.',
    next: expect.stringContaining('waive') as string,
  },
};

const lastAct = async ({ test }: Fleet) => {
  const [entry] = await test.engine.call('audit.list', { limit: 1 });
  return entry?.body;
};

describe('a release whose content the policy of now blocks', () => {
  it('is not sent, put live or gone back to, until it is waived; each refusal is on record', async () => {
    const fleet = await openSite();
    const { test, sshd } = fleet;
    const { manifestDigest } = await publish(test, '1.0.0', files, 'production');
    await setRule(fleet, 'block', 'nothing unknown any more');
    await expect(push(test, '1.0.0')).rejects.toMatchObject(blocked);
    expect(await lastAct(fleet)).toMatchObject({
      act: 'deploy.push',
      outcome: 'refused',
      details: { code: 'POLICY-REFUSED', servers: 'gpu-01' },
    });
    expect(existsSync(path.join(sshd.root, 'toy'))).toBe(false);

    const waiver = await waive(fleet, manifestDigest);
    await push(test, '1.0.0');
    await test.engine.call('waivers.revoke', { id: waiver, reason: 'on second thought' });
    await expect(activate(test)).rejects.toMatchObject(blocked);
    expect(await lastAct(fleet)).toMatchObject({ act: 'deploy.activate', outcome: 'refused' });
    await expect(rollback(test, '1.0.0')).rejects.toMatchObject(blocked);
    expect(await lastAct(fleet)).toMatchObject({ act: 'deploy.rollback', outcome: 'refused' });

    await setRule(fleet, 'review', 'tables come with a review');
    const { servers } = await activate(test);
    expect(servers[0]).toMatchObject({ ok: true });
    expect((await test.engine.call('audit.verify', {})).ok).toBe(true);
  });

  it('is refused once its waiver has expired', async () => {
    const fleet = await openSite();
    const { test, clock } = fleet;
    const { manifestDigest } = await publish(test, '1.0.0', files, 'production');
    await setRule(fleet, 'block', 'nothing unknown any more');
    await waive(fleet, manifestDigest, new Date(clock.now().getTime() + 60_000).toISOString());
    await push(test, '1.0.0');
    clock.advance(60_000);
    await expect(activate(test)).rejects.toMatchObject(blocked);
  });

  it('is refused when an outside scanner calls it infected', async () => {
    const fleet = await openSite();
    const { test } = fleet;
    await publish(test, '1.0.0', files);
    const report = path.join(temporaryFolder(), 'report.txt');
    writeFileSync(report, 'table.bin: Eicar-Signature FOUND');
    await test.engine.call('evidence.attach', {
      to: { release: { model: 'toy', version: '1.0.0' } },
      source: test.locate(report),
      ...{ tool: 'kiosk', outcome: 'infected', detail: 'Eicar-Signature' },
    });
    await expect(push(test, '1.0.0')).rejects.toMatchObject({
      code: 'POLICY-REFUSED',
      details: { items: [expect.stringContaining('Eicar-Signature') as string] },
    });
  });

  it('is scanned before anything is sent when this version has not seen it', async () => {
    const fleet = await openSite();
    const { test } = fleet;
    await publish(test, '1.0.0', files);
    const database = new BetterSqlite(path.join(test.home, 'registry.db'));
    database.exec('DELETE FROM import_scans; DELETE FROM file_scans');
    database.close();
    await setRule(fleet, 'block', 'nothing unknown any more');
    await expect(push(test, '1.0.0')).rejects.toMatchObject(blocked);
    const acts = (await test.engine.call('audit.list', { limit: 2 })).map(({ body }) => body.act);
    expect(acts).toEqual(['deploy.push', 'import.scan']);
  });
});
