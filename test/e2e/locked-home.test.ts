import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { HomeLock } from '../../electron/engine/registry/home-lock.ts';
import { expect, test, untilReady } from './fixtures.ts';

/** The error page has the code, what happened, what state the data is in and what to do next. */
const page = (code: string, ...texts: (string | RegExp)[]) => ({ code, texts });

test('a home that another process works on is refused politely, and opens once it is free', async ({
  home,
  launch,
}) => {
  mkdirSync(home, { recursive: true });
  const lock = new HomeLock(path.join(home, 'lock'), 'the command line (process 4711)');
  const launched = await launch();
  await untilReady(launched.page);
  const alert = launched.page.getByRole('alert');
  await expect(alert).toContainText('HOME-LOCKED');
  await expect(alert).toContainText('the command line (process 4711)');
  await expect(alert).toContainText('Nothing was changed.');
  await expect(alert).toContainText('close it and try again');
  lock.release();
  await launched.page.getByRole('button', { name: 'Try again' }).click();
  await expect(launched.page.getByRole('navigation')).toContainText('Intake');
});

const broken: [string, (home: string) => void, { code: string; texts: (string | RegExp)[] }][] = [
  [
    'a registry of a newer Sallyport',
    (home) => {
      const database = new BetterSqlite(path.join(home, 'registry.db'));
      database.pragma('user_version = 999');
      database.close();
    },
    page('DATABASE-NEWER', /schema 999/, 'Nothing was changed.', /newer Sallyport/),
  ],
  [
    'a registry that is no database',
    (home) => writeFileSync(path.join(home, 'registry.db'), 'this is no database '.repeat(500)),
    page('HOME-UNUSABLE', /registry/, 'Nothing was changed.', /backup/),
  ],
];

for (const [what, prepare, { code, texts }] of broken) {
  test(`${what} is shown as an error in the window`, async ({ home, launch }) => {
    mkdirSync(home, { recursive: true });
    prepare(home);
    const { page } = await launch();
    await untilReady(page);
    const alert = page.getByRole('alert');
    await expect(alert).toContainText(code);
    for (const text of texts) await expect(alert).toContainText(text);
  });
}

test('a home that is a file is shown as an error in the window', async ({ home, launch }) => {
  writeFileSync(home, 'a file');
  const { page } = await launch();
  await untilReady(page);
  await expect(page.getByRole('alert')).toContainText('HOME-UNUSABLE');
  await expect(page.getByRole('alert')).toContainText('SALLYPORT_HOME');
});
