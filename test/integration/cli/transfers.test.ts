import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobResult } from '#shared/contract/jobs.ts';
import type {
  CustodyEvent,
  ListedTransfer,
  Receipt,
  ReRequest,
  SetInspection,
  SetPlan,
} from '#shared/contract/transfers.ts';
import { commandLine } from '../../fixtures/command-line.ts';
import { flip, largest, medium, provenWithStockTools } from '../../fixtures/media-places.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine } from '../../fixtures/test-engine.ts';
import { publish, toyFiles, trust } from '../../fixtures/two-sites.ts';

const passphrase = 'correct horse battery staple';

/** Two sites that know each other, one with a release of 1.5 MB, and the command line over each. */
async function setUp() {
  const folder = temporaryFolder();
  const file = path.join(folder, 'passphrase');
  writeFileSync(file, `${passphrase}\n`);
  const open = async (site: string, person: string) => {
    const home = path.join(folder, site);
    const test = await openTestEngine({ home });
    await test.engine.call('site.rename', { site });
    await test.engine.call('keys.create', { name: person, passphrase });
    await test.engine.call('session.unlock', { name: person, passphrase });
    return { test, home, as: ['--as', person, '--passphrase-file', file] };
  };
  const vendor = await open('vendor', 'packer');
  const facility = await open('facility', 'operator');
  await trust(facility.test, vendor.test, ['*']);
  await trust(vendor.test, facility.test, ['*']);
  await publish(vendor.test, 'toy', '1.0.0', toyFiles(1_500_000));
  await vendor.test.engine.close();
  await facility.test.engine.close();
  return {
    vendor: { ...vendor, run: commandLine(vendor.home) },
    facility: { ...facility, run: commandLine(facility.home) },
  };
}

describe('transfer sets on the command line', () => {
  it('are planned, written, asked for again, taken in and receipted, each with its JSON and its exit code', async () => {
    const { vendor, facility } = await setUp();
    const [one, two] = [medium('one'), medium('two')];
    const where = ['--volume', `${one}:1M`, '--volume', `${two}:900k`, '--max-file', '500k'];

    const lacking = vendor.run('--json', 'bundle', 'plan', 'toy@1.0.0', '--volume', `${one}:1M`);
    expect(lacking.code).toBe(1); // planned, and the verdict is that it does not fit
    expect(lacking.json<SetPlan>().missing?.bytes).toBeGreaterThan(0);
    const plan = vendor.run('--json', 'bundle', 'plan', 'toy@1.0.0', ...where);
    expect(plan.code).toBe(0);
    expect(plan.json<SetPlan>().volumes.map(({ label }) => label)).toEqual(['one', 'two']);

    const locked = vendor.run('--json', 'bundle', 'create', 'toy@1.0.0', ...where);
    expect(locked.code).not.toBe(0);
    expect(locked.json()).toMatchObject({ error: { code: 'KEY-LOCKED' } });
    const created = vendor.run('--json', ...vendor.as, 'bundle', 'create', 'toy@1.0.0', ...where);
    expect(created.code, created.stderr).toBe(0);
    const set = created.json<JobResult<'bundle-create'>>();
    expect(set).toMatchObject({ sequence: 1, revision: 1, volumes: [{ number: 1 }, { number: 2 }] });
    for (const place of [one, two]) provenWithStockTools(place);
    expect(vendor.run('bundle', 'create', 'toy@1.0.0').code).toBe(2); // no place is named

    const inspected = facility.run('--json', 'bundle', 'inspect', one, two);
    expect(inspected.code, inspected.stderr).toBe(0);
    expect(inspected.json<SetInspection>()).toMatchObject({ setId: set.setId, volumesPresent: [1, 2] });
    const half = facility.run('--json', 'bundle', 'import', one);
    expect(half.code).toBe(1);
    expect(half.json()).toMatchObject({ error: { code: 'SET-INCOMPLETE' } });

    flip(largest(two), 1000);
    expect(facility.run('bundle', 'import', one, two).code).toBe(1);
    const letters = medium('letters');
    const request = facility.run(
      '--json',
      ...facility.as,
      'bundle',
      're-request',
      set.setId,
      '--out',
      letters,
    );
    expect(request.code, request.stderr).toBe(0);
    expect(request.json<ReRequest>()).toMatchObject({
      setId: set.setId,
      site: 'facility',
      signature: 'valid',
    });
    const rest = medium('rest');
    const answer = vendor.run('--json', ...vendor.as, 'bundle', 'create', '--for', letters, '--out', rest);
    expect(answer.code, answer.stderr).toBe(0);
    const taken = facility.run('--json', 'bundle', 'import', rest);
    expect(taken.code, taken.stderr).toBe(0);
    const [importId = ''] = taken.json<JobResult<'bundle-import'>>().imports;
    expect(facility.run('publish', importId).code).toBe(0);

    const post = medium('post');
    expect(facility.run(...facility.as, 'receipt', 'create', '--out', post).code).toBe(0);
    const receipt = vendor.run('--json', 'receipt', 'show', path.join(post, readdirSync(post)[0] ?? ''));
    expect(receipt.code).toBe(0);
    expect(receipt.json<Receipt>()).toMatchObject({ site: 'facility', signature: 'valid' });
    const shown = vendor.run('transfers', 'show', set.setId.slice(0, 8));
    expect(shown.stdout).toMatch(/received .* of facility/);
  });

  it('are handed over by the key that signed them; every volume stands in the record', async () => {
    const { vendor } = await setUp();
    const [one, two] = [medium('one'), medium('two')];
    const where = ['--volume', `${one}:1M`, '--volume', `${two}:900k`, '--max-file', '500k'];
    const created = vendor.run('--json', ...vendor.as, 'bundle', 'create', 'toy@1.0.0', ...where);
    const { setId } = created.json<JobResult<'bundle-create'>>();
    const to = ['--to', 'courier 7', '--reason', 'weekly run'];
    expect(vendor.run('bundle', 'handover', setId, one, two, ...to).stderr).toContain('KEY-LOCKED');
    const handed = vendor.run('--json', ...vendor.as, 'bundle', 'handover', setId, one, two, ...to);
    expect(handed.code, handed.stderr).toBe(0);
    expect(handed.json<CustodyEvent[]>().slice(-2)).toMatchObject([
      { event: 'handed-over', volume: 1, to: 'courier 7' },
      { event: 'handed-over', volume: 2, to: 'courier 7' },
    ]);
    for (const place of [one, two]) provenWithStockTools(place);
    const [listed] = vendor.run('--json', 'transfers').json<ListedTransfer[]>();
    expect(listed?.last.map(({ volume, to: whom }) => [volume, whom])).toEqual([
      [1, 'courier 7'],
      [2, 'courier 7'],
    ]);
    expect(vendor.run('bundle', 'handover', setId, one).code).toBe(2); // to whom, and why, is missing
  });

  it('go on after a stop once their key is unlocked, and from another place where the medium lies now', async () => {
    const { vendor } = await setUp();
    const slot = medium('slot');
    const test = await openTestEngine({ home: vendor.home });
    await test.engine.call('session.unlock', { name: 'packer', passphrase });
    const choice = { location: test.locate(slot), capacityBytes: 1_000_000 };
    const { jobId } = await test.engine.call('bundles.create', {
      releases: [{ model: 'toy', version: '1.0.0' }],
      volumes: [choice, choice],
      maxFileBytes: 500_000,
    });
    await test.untilState(jobId, 'waiting', 'done', 'failed');
    await test.engine.close();

    const listed = vendor.run('jobs', 'list');
    expect(listed.stdout).toMatch(/waiting .*left: \d+ files?/);
    const locked = vendor.run('--json', 'jobs', 'resume', jobId, '--source', medium('next'));
    expect(locked.json()).toMatchObject({ error: { code: 'KEY-LOCKED' } });
    const waiting = vendor.run('--json', ...vendor.as, 'jobs', 'resume', jobId);
    expect(waiting.json()).toMatchObject({ error: { code: 'SET-INCOMPLETE' } });
    expect(waiting.stderr).toContain(`jobs resume ${jobId} --source`);
    const next = medium('next');
    const done = vendor.run('--json', ...vendor.as, 'jobs', 'resume', jobId, '--source', next);
    expect(done.code, done.stderr).toBe(0);
    expect(done.json<JobResult<'bundle-create'>>().volumes).toHaveLength(2);
    for (const place of [slot, next]) provenWithStockTools(place);
    expect(vendor.run('jobs', 'resume', 'job-0000000000000000').stderr).toContain('NOT-FOUND');
  });
});

describe('the register of media on the command line', () => {
  it('is listed as JSON, and says when there is no such medium or something is missing', () => {
    const run = commandLine(path.join(temporaryFolder(), 'home'));
    const listed = run('--json', 'media', 'list');
    expect(listed.code).toBe(0);
    expect(Array.isArray(listed.json())).toBe(true);
    const id = 'med-0000000000000000';
    const acts = [
      ['handover', id, '--to', 'courier 7', '--reason', 'weekly run'],
      ['sanitise', id, '--method', 'blkdiscard', '--reason', 'came back'],
      ['owner', id, 'Transport desk', '--reason', 'labelled'],
      ['show', id],
    ];
    for (const args of acts) {
      const answer = run('--json', 'media', ...args);
      expect(answer.code, args.join(' ')).toBe(2);
      expect(answer.json(), args.join(' ')).toMatchObject({ error: { code: 'NOT-FOUND' } });
    }
    expect(run('media', 'sanitise', id, '--reason', 'came back').code).toBe(2);
  });
});
