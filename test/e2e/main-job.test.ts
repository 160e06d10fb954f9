import type { Locator, Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { weightsOf } from '../../resources/demo/weights.ts';
import { startSshd, sshdMissing, type RunningSshd } from '../fixtures/sshd.ts';
import { chooseNext, expect, takeScreens, test, type Launched } from './fixtures.ts';
import { chooseByTyping, pressOn, tabTo, typeInto } from './keyboard.ts';
import { createPacker, type Packer } from './packer.ts';
import { openPlace } from './places.ts';

const passphrase = 'a passphrase of the test';
const dialogOf = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });

test('the main job, by mouse and then by keyboard', async ({ sallyport, folder }) => {
  const missing = sshdMissing();
  test.skip(missing !== null, missing ?? '');
  test.skip(
    !existsSync(weightsOf('5.0.0')),
    'the real weights are not in the cache: npm run demo fetches them',
  );
  test.setTimeout(240_000);
  const { page } = sallyport;
  const packer = createPacker(path.join(folder, 'outside'));
  mkdirSync(path.join(folder, 'server'));
  const server = await startSshd({ folder: path.join(folder, 'server') });
  try {
    await test.step('make a key', () => makeKey(page));
    await test.step('accept the packer as an anchor', () => addAnchor(sallyport, packer));
    await test.step('bring in and publish 5.0.0', () =>
      bringInByMouse(sallyport, packModel(packer, '5.0.0')));
    await test.step('pin it to production', () => pinByMouse(page));
    await test.step('add a server', () => addServer(sallyport, server));
    await test.step('push and activate', () => deployByMouse(page, server));
    await test.step('bring in and publish 6.0.0', () =>
      bringInByKeyboard(sallyport, packModel(packer, '6.0.0')));
    await test.step('pin, push and activate 6.0.0', () => deployByKeyboard(page, server));
    await test.step('roll back', () => rollBackByKeyboard(page, server));
    await test.step('write a transfer set', () => writeSet(sallyport, path.join(folder, 'drive')));
    await test.step('read and verify the log', () => readLog(page));
  } finally {
    await test.info().attach('sshd', { path: server.log });
    await server.stop();
  }
});

function packModel(packer: Packer, version: '5.0.0' | '6.0.0'): string {
  return packer.pack(`silero-vad-${version}`, {
    'silero_vad.onnx': readFileSync(weightsOf(version)),
    'config.json': '{ "model_type": "silero-vad" }\n',
  });
}

/** What the server's live link of production points at. */
function liveOn(server: RunningSshd): string {
  return readlinkSync(path.join(server.root, 'live/silero-vad/production'));
}

async function makeKey(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Who acts/ }).click();
  await page.getByRole('menuitem', { name: 'Create a key…' }).click();
  const dialog = dialogOf(page, 'Create a key');
  await dialog.getByLabel('Person').fill('operator');
  await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await dialog.getByLabel('Passphrase again').fill(passphrase);
  await dialog.getByRole('button', { name: 'Create and unlock' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: /^Who acts/ })).toContainText('operator');
}

async function addAnchor({ app, page }: Launched, packer: Packer): Promise<void> {
  await openPlace(page, 'Trust');
  await page.getByRole('button', { name: 'Add an anchor…' }).first().click();
  const dialog = dialogOf(page, 'Add an anchor');
  await chooseNext(app, packer.publicKey);
  await dialog.getByRole('button', { name: 'Choose the key file…' }).click();
  await dialog.getByRole('radio').check();
  await dialog.getByRole('checkbox', { name: /^I compared/ }).check();
  await dialog.getByLabel('Owner', { exact: true }).fill('the packer');
  await dialog.getByLabel('May sign for').fill('silero-*');
  await dialog.getByRole('button', { name: 'Accept this key for silero-*' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('row', { name: /the packer/ })).toContainText('silero-*');
  await takeScreens(page, 'trust');
}

async function bringInByMouse({ app, page }: Launched, model: string): Promise<void> {
  await openPlace(page, 'Intake');
  await chooseNext(app, model);
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  const source = page.getByRole('region', { name: 'Selected source' });
  await expect(source.getByRole('combobox', { name: 'Model' })).toHaveValue('silero-vad');
  await expect(source.getByRole('textbox', { name: 'Version' })).toHaveValue('5.0.0');
  await takeScreens(page, 'intake-folder');
  await source.getByRole('button', { name: 'Bring silero-vad 5.0.0 into quarantine' }).click();
  await expectEvidence(source, '5.0.0');
  await source.getByRole('button', { name: 'Signatures' }).click();
  await source.getByRole('button', { name: 'Bytes' }).click();
  await takeScreens(page, 'intake-evidence');
  await source.getByRole('button', { name: 'Publish silero-vad 5.0.0 as a release…' }).click();
  const dialog = dialogOf(page, 'Publish silero-vad 5.0.0');
  await dialog.getByRole('button', { name: /^Publish silero-vad 5\.0\.0, / }).click();
  await expect(dialog).toBeHidden();
  await expect(source.getByText('Published.')).toBeVisible();
}

/** The evidence as an operator reads it: who signed, and that every byte is as signed. */
async function expectEvidence(source: Locator, version: string): Promise<void> {
  await expect(source.getByRole('heading', { name: `silero-vad ${version}` })).toBeVisible();
  await expect(source.getByText('quarantined')).toBeVisible();
  const signatures = source.getByRole('button', { name: 'Signatures' });
  await expect(signatures).toContainText('verified');
  await expect(signatures).toContainText('the packer');
  await expect(source.getByRole('button', { name: 'Bytes' })).toContainText('verified');
}

async function pinByMouse(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open silero-vad@5.0.0' }).click();
  await expect(page.getByText(/Signed by the packer/).first()).toBeVisible();
  await takeScreens(page, 'models-release');
  await page.getByRole('button', { name: 'Pin…' }).first().click();
  const dialog = dialogOf(page, 'Pin silero-vad');
  await dialog.getByLabel('Channel').fill('production');
  await dialog.getByLabel('Reason').fill('first release');
  await dialog.getByRole('button', { name: 'Pin silero-vad 5.0.0 to production' }).click();
  await expect(dialog).toBeHidden();
  await openPlace(page, 'Models');
  await takeScreens(page, 'models');
}

async function addServer({ app, page }: Launched, server: RunningSshd): Promise<void> {
  await openPlace(page, 'Fleet');
  await page.getByRole('button', { name: 'Add a server…' }).first().click();
  const dialog = dialogOf(page, 'Add a server');
  const fields = {
    Name: 'gpu-01',
    Group: 'canaries',
    Host: server.host,
    Port: String(server.port),
    'Folder on the server': server.root,
    User: server.user,
    'Probe command': `readlink ${server.root}/live/$SALLYPORT_MODEL/$SALLYPORT_CHANNEL`,
  };
  for (const [label, value] of Object.entries(fields))
    await dialog.getByLabel(label, { exact: true }).fill(value);
  await chooseNext(app, server.identityFile);
  await dialog.getByRole('button', { name: 'Choose an SSH identity…' }).click();
  await expect(dialog.getByText(path.basename(server.identityFile))).toBeVisible();
  await dialog.getByRole('button', { name: 'Ask for its host keys' }).click();
  await dialog.getByRole('radio').first().check();
  await expect(dialog.locator('fieldset')).toContainText(server.hostKeyFingerprint.slice(7, 11));
  await dialog.getByRole('checkbox').check();
  await takeScreens(page, 'fleet-add-server');
  await dialog.getByRole('button', { name: 'Add gpu-01 with this host key' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('row', { name: /gpu-01/ })).toBeVisible();
}

async function deployByMouse(page: Page, server: RunningSshd): Promise<void> {
  await page.getByRole('checkbox', { name: 'Choose gpu-01' }).check();
  await page.getByRole('main').getByRole('button', { name: 'Push…' }).first().click();
  const push = dialogOf(page, 'Push a release');
  await push.getByLabel('Release').selectOption('silero-vad@5.0.0');
  await push.getByRole('button', { name: /^Push silero-vad 5\.0\.0 to/ }).click();
  await expect(push).toBeHidden();
  await expectWorkDone(page, /push/i);
  await page.getByRole('main').getByRole('button', { name: 'Activate…' }).first().click();
  const activate = dialogOf(page, 'Activate a channel');
  await activate.getByRole('button', { name: /^Activate silero-vad 5\.0\.0 as production on/ }).click();
  await expect(activate).toBeHidden();
  await expectRunning(page, '5.0.0');
  expect(liveOn(server)).toContain('5.0.0-');
  await takeScreens(page, 'fleet');
}

async function expectWorkDone(page: Page, title: RegExp): Promise<void> {
  const work = page.getByRole('region', { name: 'Work on servers' });
  await expect(work.filter({ hasText: title })).toContainText('done', { timeout: 30_000 });
}

/** The matrix says that the server runs this version, and that the pin agrees. */
async function expectRunning(page: Page, version: string): Promise<void> {
  const row = page.getByRole('row', { name: /gpu-01/ });
  await expect(row).not.toContainText('pin says', { timeout: 30_000 });
  await expect(row).toContainText(version);
  await expect(row).toContainText('proven');
}

async function bringInByKeyboard({ app, page }: Launched, model: string): Promise<void> {
  await page.keyboard.press('Control+1');
  await chooseNext(app, model);
  await pressOn(page, page.getByRole('button', { name: 'Choose folder…' }));
  const source = page.getByRole('region', { name: 'Selected source' });
  await expect(source.getByRole('textbox', { name: 'Version' })).toHaveValue('6.0.0');
  await pressOn(page, source.getByRole('button', { name: 'Bring silero-vad 6.0.0 into quarantine' }));
  await expectEvidence(source, '6.0.0');
  await pressOn(page, source.getByRole('button', { name: 'Publish silero-vad 6.0.0 as a release…' }));
  const dialog = dialogOf(page, 'Publish silero-vad 6.0.0');
  await pressOn(page, dialog.getByRole('button', { name: /^Publish silero-vad 6\.0\.0, / }));
  await expect(dialog).toBeHidden();
  await expect(source.getByText('Published.')).toBeVisible();
}

async function deployByKeyboard(page: Page, server: RunningSshd): Promise<void> {
  await page.keyboard.press('Control+2');
  await pressOn(page, page.getByRole('row', { name: /silero-vad/ }));
  await pressOn(page, page.getByRole('button', { name: 'Pin 6.0.0' }));
  const pin = dialogOf(page, 'Pin silero-vad');
  await typeInto(page, pin.getByLabel('Channel'), 'production');
  await typeInto(page, pin.getByLabel('Reason'), 'better on field recordings');
  await pressOn(page, pin.getByRole('button', { name: 'Pin silero-vad 6.0.0 to production' }));
  await expect(pin).toBeHidden();

  await page.keyboard.press('Control+3');
  await expect(page.getByRole('row', { name: /gpu-01/ })).toContainText('pin says 6.0.0');
  await takeScreens(page, 'fleet-off-pin');
  await pressOn(page, page.getByRole('main').getByRole('button', { name: 'Push…' }));
  const push = dialogOf(page, 'Push a release');
  await chooseByTyping(page, push.getByLabel('Release'), 'silero-vad 6.0.0');
  await pressOn(page, push.getByRole('button', { name: /^Push silero-vad 6\.0\.0 to/ }));
  await expect(push).toBeHidden();
  await expectWorkDone(page, /6\.0\.0/);
  await pressOn(page, page.getByRole('main').getByRole('button', { name: 'Activate…' }));
  const activate = dialogOf(page, 'Activate a channel');
  await pressOn(
    page,
    activate.getByRole('button', { name: /^Activate silero-vad 6\.0\.0 as production on/ }),
  );
  await expect(activate).toBeHidden();
  await expectRunning(page, '6.0.0');
  expect(liveOn(server)).toContain('6.0.0-');
}

async function rollBackByKeyboard(page: Page, server: RunningSshd): Promise<void> {
  await pressOn(page, page.getByRole('main').getByRole('button', { name: 'Roll back…' }));
  const dialog = dialogOf(page, 'Roll back');
  await typeInto(page, dialog.getByLabel('Reason'), 'false alarms at night');
  await tabTo(page, dialog.getByRole('button', { name: /^Roll back production on 1 server to 5\.0\.0/ }));
  await takeScreens(page, 'fleet-roll-back');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect.poll(() => liveOn(server), { timeout: 30_000 }).toContain('5.0.0-');
  await expect(page.getByRole('row', { name: /gpu-01/ })).toContainText('5.0.0');
}

/** Writes both releases, and checks the set as somebody without Sallyport would. */
async function writeSet({ app, page }: Launched, drive: string): Promise<void> {
  mkdirSync(drive);
  await openPlace(page, 'Transfers');
  await page.getByRole('button', { name: 'New set…' }).first().click();
  for (const version of ['5.0.0', '6.0.0']) {
    await page.getByRole('checkbox', { name: `silero-vad@${version}` }).check();
  }
  await chooseNext(app, drive);
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  await takeScreens(page, 'transfers-new-set');
  await page.getByRole('button', { name: /^Write the set, / }).click();
  await expect(page.getByText('Every file was read back and compared with its digest.')).toBeVisible({
    timeout: 30_000,
  });
  await takeScreens(page, 'transfers-written');
  const [name = ''] = readdirSync(drive);
  const set = path.join(drive, name);
  execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], { cwd: set });
  const verify = ['-Y', 'verify', '-f', 'allowed_signers', '-I', 'operator', '-n', 'sallyport-transfer'];
  execFileSync('ssh-keygen', [...verify, '-s', 'SHA256SUMS.sig'], {
    cwd: set,
    input: readFileSync(path.join(set, 'SHA256SUMS')),
  });
  await page.getByRole('button', { name: 'Done' }).click();
  await takeScreens(page, 'transfers');
}

async function readLog(page: Page): Promise<void> {
  await page.keyboard.press('Control+5');
  const log = page.getByRole('listbox', { name: /Audit log/ });
  await expect(log).toContainText('wrote the transfer set');
  await expect(log).toContainText('false alarms at night');
  await expect(log).toContainText('rolled back production on gpu-01 to silero-vad 5.0.0');
  await tabTo(page, log);
  await page.keyboard.press('Home');
  await expect(log.getByRole('option', { selected: true })).toContainText('wrote the transfer set');
  await takeScreens(page, 'activity');
  await page.keyboard.press('Escape');
  await pressOn(page, page.getByRole('button', { name: 'Verify the log' }));
  await expect(page.getByRole('status', { name: 'Verification of the log' })).toBeVisible();
}
