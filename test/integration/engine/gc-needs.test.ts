import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Registry } from '#engine/registry/registry.ts';
import { blobFile, flipBit } from '../../fixtures/fixity.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';
import { publish } from '../../fixtures/two-sites.ts';

const DAY_MS = 24 * 60 * 60_000;
const versions = ['1.0.0', '2.0.0', '3.0.0', '4.0.0'] as const;
const notes = (version: string) => `notes of ${version}`;

/** What a dry run says of the blob with this content. */
async function reason(test: TestEngine, content: string): Promise<string | null | undefined> {
  const { removed, keptItems } = await test.engine.call('gc.run', { dryRun: true });
  const digest = `sha256:${path.basename(blobFile(test.home, content))}`;
  return [...removed, ...keptItems].find((item) => item.digest === digest)?.keptBecause;
}

/** Writes rows as deployments to a server leave them. */
function deploy(home: string, at: Date): void {
  const registry = new Registry(path.join(home, 'registry.db'));
  registry.servers.add({
    name: 'gpu-01',
    host: 'gpu-01.example',
    port: 22,
    user: 'models',
    root: '/srv/models',
    group: '',
    activationCommand: '',
    probeCommand: '',
    probeTimeoutSeconds: 60,
    identityFile: null,
    hostKey: { keyType: 'ed25519', fingerprint: 'SHA256:x' },
    hostKeyLine: 'ssh-ed25519 AAAA',
    addedAt: at.toISOString(),
    addedBy: 'o',
    lastContactAt: at.toISOString(),
  });
  const add = (kind: 'push' | 'activate', version: string, n: number) =>
    registry.deployments.add({
      server: 'gpu-01',
      model: 'toy',
      channel: kind === 'push' ? null : 'production',
      version,
      manifestDigest: registry.releases.get('toy', version)?.manifestDigest ?? '',
      kind,
      outcome: 'done',
      at: new Date(at.getTime() + n).toISOString(),
      by: 'o',
      provenAt: null,
      detail: '',
    });
  for (const [n, version] of (['1.0.0', '2.0.0', '3.0.0'] as const).entries()) add('push', version, n);
  add('activate', '1.0.0', 10);
  add('activate', '2.0.0', 11);
  registry.close();
}

describe('what garbage collection keeps, and why', () => {
  it('channels, servers (not heard of for 90 days too), rollback targets, sets and imports under way', async () => {
    const clock = new ManualClock('2026-03-01T00:00:00.000Z');
    const first = await openTestEngine({ clock });
    for (const version of versions) await publish(first, 'toy', version, { 'notes.txt': notes(version) });
    const pin = { model: 'toy', channel: 'canary', version: '4.0.0', reason: 'a test' };
    await first.engine.call('channels.pin', pin);
    await first.engine.close();
    deploy(first.home, clock.now());
    clock.advance(90 * DAY_MS);
    const test = await openTestEngine({ home: first.home, clock });
    expect(await reason(test, notes('4.0.0'))).toBe('toy@4.0.0; pinned by channel canary');
    expect(await reason(test, notes('2.0.0'))).toBe('toy@2.0.0; live on gpu-01 (production); held by gpu-01');
    expect(await reason(test, notes('1.0.0'))).toBe(
      'toy@1.0.0; rollback target of gpu-01 (production); held by gpu-01',
    );
    expect(await reason(test, notes('3.0.0'))).toBe('toy@3.0.0; held by gpu-01');

    // A set that was begun, and cannot be written for want of a key: it can be gone on with.
    const passphrase = 'correct horse battery staple';
    await test.engine.call('keys.create', { name: 'packer', passphrase });
    await test.engine.close();
    const registry = new Registry(path.join(test.home, 'registry.db'));
    const [row] = registry.jobs.list(1);
    if (row === undefined) throw new Error('no job to copy');
    const id = 'job-00000000000000aa';
    const job = { ...row.job, id, kind: 'bundle-create' as const, state: 'waiting' as const, result: null };
    registry.jobs.insert(job, { releases: [{ model: 'toy', version: '3.0.0' }] });
    registry.close();

    const again = await openTestEngine({ home: first.home, clock });
    expect(await reason(again, notes('3.0.0'))).toBe(`toy@3.0.0; held by gpu-01; set under way (${id})`);
    const { removed } = await again.engine.call('gc.run', { dryRun: false });
    expect(removed).toEqual([]);
    const report = await again.finish('fixity', await again.engine.call('fixity.start', {}));
    expect(report.ok).toBe(true);
  });

  it('the damaged copy of a blob, until the blob is whole again', async () => {
    const test = await openTestEngine();
    await publish(test, 'toy', '1.0.0', { 'notes.txt': 'a note' });
    flipBit(blobFile(test.home, 'a note'), 2);
    await test.finish('fixity', await test.engine.call('fixity.start', {}));
    const digest = `sha256:${path.basename(blobFile(test.home, 'a note'))}`;
    const before = await test.engine.call('gc.run', { dryRun: false });
    expect(before.setAside).toEqual([
      { digest, sizeBytes: 6, keptBecause: 'damaged, to be repaired: toy@1.0.0' },
    ]);
    expect(before.bytesFreed).toBe(0);
    // The bytes come back with another release that has them.
    await publish(test, 'toy', '2.0.0', { 'notes.txt': 'a note', 'more.txt': 'more' });
    const after = await test.engine.call('gc.run', { dryRun: false });
    expect(after.setAside).toEqual([{ digest, sizeBytes: 6, keptBecause: null }]);
    expect(after.bytesFreed).toBe(6);
    expect((await test.engine.call('gc.run', { dryRun: true })).setAside).toEqual([]);
    const report = await test.finish('fixity', await test.engine.call('fixity.start', {}));
    expect(report.ok).toBe(true);
  });
});
