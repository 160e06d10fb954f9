import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { FoundVolume } from '#engine/media/found-volume.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine } from '../../fixtures/test-engine.ts';
import { createSet, openSite, publish, toyFiles, trust, importSet } from '../../fixtures/two-sites.ts';

const passphrase = 'correct horse battery staple';

/** A stick that is plugged in, its folder standing for where it is mounted. */
function stick(folder: string): FoundVolume {
  return {
    mountPath: folder,
    device: '/dev/sdz1',
    label: 'STICK',
    fileSystem: 'vfat',
    sizeBytes: 64e9,
    freeBytes: 60e9,
    readOnly: false,
    transport: 'usb',
    serial: 'SN-0001',
    uuid: null,
    maxFileBytes: 4 * 1024 ** 3 - 1,
    state: 'ready',
  };
}

/** What the audit finds wrong after somebody edited a copy of the database with the sqlite command line. */
async function problemsAfter(home: string, sql: string): Promise<string[]> {
  const copy = path.join(temporaryFolder(), 'home');
  mkdirSync(path.join(copy, 'keys'), { recursive: true });
  for (const file of ['registry.db', 'keys/log.key', 'keys/log.checkpoint']) {
    copyFileSync(path.join(home, file), path.join(copy, file));
  }
  const database = new BetterSqlite(path.join(copy, 'registry.db'));
  for (const table of ['custody', 'media_events']) {
    database.exec(`DROP TRIGGER ${table}_no_update; DROP TRIGGER ${table}_no_delete`);
  }
  database.exec(sql);
  database.close();
  const test = await openTestEngine({ home: copy });
  const { checks } = await test.engine.call('audit.verify', {});
  return checks.filter((check) => check.status === 'failed').map((check) => check.path ?? check.id);
}

/** A home with a set that was received from another site on a stick, and the stick's owner, hand-over and sanitising. */
async function prepare(): Promise<string> {
  const place = path.join(temporaryFolder(), 'stick');
  mkdirSync(place);
  const volumes = { list: () => Promise.resolve([stick(place)]) };
  const facility = await openTestEngine({ volumes });
  const { engine } = facility;
  await engine.call('keys.create', { name: 'operator', passphrase });
  await engine.call('session.unlock', { name: 'operator', passphrase });
  await engine.call('media.volumes', {});
  const [medium] = await engine.call('media.register', {});
  const id = medium?.id ?? '';
  await engine.call('media.setOwner', { id, owner: 'transport desk', reason: 'new' });
  await engine.call('media.handOver', { id, to: 'courier', reason: 'trip 1' });
  await engine.call('media.sanitise', { id, method: 'blkdiscard', reason: 'back' });
  const vendor = await openSite('vendor', 'maker');
  await publish(vendor, 'toy', '1.0.0', toyFiles());
  await createSet(vendor, ['toy@1.0.0'], { target: place });
  await trust(facility, vendor, ['*']);
  await importSet(facility, place);
  await engine.close();
  return facility.home;
}

const edits: readonly (readonly [what: string, sql: string, named: string])[] = [
  [
    'a line of custody changed',
    `UPDATE custody SET line = replace(line, 'maker', 'nobody') WHERE line LIKE '%"made"%'`,
    'row custody: ',
  ],
  ['a line of custody removed', `DELETE FROM custody WHERE line LIKE '%"received"%'`, 'row custody: '],
  [
    'a line of custody added',
    `INSERT INTO custody SELECT set_id, 'ff', line FROM custody LIMIT 1`,
    'row custody: ',
  ],
  [
    'who a medium went to',
    `UPDATE media_events SET detail = 'x' WHERE what = 'handed-over'`,
    'row media_events: ',
  ],
  [
    'when it was received',
    `UPDATE media_events SET at = '2020-01-01T00:00:00.000Z' WHERE what = 'received'`,
    'row media_events: ',
  ],
  ['that it was sanitised', `DELETE FROM media_events WHERE what = 'sanitised'`, 'row media_events: '],
  ['a medium’s serial number', `UPDATE media SET known_as = 'SN-0002'`, 'row media: '],
  ['when it was first seen', `UPDATE media SET first_seen_at = '2020-01-01T00:00:00.000Z'`, 'row media: '],
  ['whose it is', `UPDATE media SET owner = 'somebody else'`, 'medium med-'],
  ['who has it', `UPDATE media SET holder = NULL`, 'medium med-'],
  ['when it was sanitised', `UPDATE media SET sanitised_at = NULL`, 'medium med-'],
];

it('an edit of custody, the register of media or a medium’s history is found and named', async () => {
  const home = await prepare();
  const database = new BetterSqlite(path.join(home, 'registry.db'), { readonly: true });
  const count = (table: string) => database.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get();
  expect([count('custody'), count('media_events')]).toEqual([4, 4]);
  database.close();
  expect(await problemsAfter(home, '')).toEqual([]);
  for (const [what, sql, named] of edits) {
    const problems = await problemsAfter(home, sql);
    expect(problems, what).toContainEqual(expect.stringContaining(named));
  }
});
