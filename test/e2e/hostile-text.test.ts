import type { Page } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { call, locateFile } from './calls.ts';
import { chooseNext, expect, test, type Launched } from './fixtures.ts';
import { createPacker } from './packer.ts';
import { openPlace } from './places.ts';
import { seedImport, seedPerson } from './seed.ts';

const markup = '<img src=x onerror="window.ran=1"><b>bold</b>';
/** U+202E turns the direction of what follows: `abc` + it + `gnp.exe` looks like `abcexe.png`. */
const turning = 'abc\u202egnp.exe';

/** Nothing of what came from media became an element, and nothing of it ran. */
async function expectTextOnly(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    elements: document.querySelectorAll('img, b, script:not([src]), iframe, a[href], [onerror]').length,
    ran: 'ran' in window,
  }));
  expect(found).toEqual({ elements: 0, ran: false });
}

async function lookAt({ app, page }: Launched, folder: string): Promise<void> {
  await openPlace(page, 'Intake');
  await chooseNext(app, folder);
  await page.getByRole('button', { name: 'Choose folder…' }).click();
}

test('10: names of folders and files on media are text', async ({ sallyport, folder }) => {
  const { page } = sallyport;
  const model = path.join(folder, markup.replaceAll('/', '∕'));
  mkdirSync(model);
  for (const name of ['<b>bold<b>.txt', turning, 'weights.onnx']) writeFileSync(path.join(model, name), name);
  await lookAt(sallyport, model);
  const source = page.getByRole('region', { name: 'Selected source' });
  await expect(source.getByText('<b>bold<b>.txt').first()).toBeVisible();
  await expect(source.getByText('\\u{202e}').first()).toBeVisible();
  await expect(source).not.toContainText('\u202e');
  await expectTextOnly(page);
  const bringIn = source.getByRole('button', { name: /into quarantine/ });
  await expect(bringIn).toHaveAttribute('aria-disabled', 'true');
});

test('10: Markdown, documents and claims that came with a model are text', async ({ sallyport, folder }) => {
  const { page } = sallyport;
  await seedPerson(sallyport);
  const model = path.join(folder, 'model');
  mkdirSync(model);
  writeFileSync(path.join(model, 'README.md'), `# Heading\n[link](https://example.test)\n${markup}\n`);
  writeFileSync(path.join(model, '[link](x) __bold__.md'), markup);
  writeFileSync(path.join(model, 'weights.txt'), 'weights');
  const provenance = path.join(folder, 'provenance.json');
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: markup, digest: { sha256: 'a'.repeat(64) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: { buildDefinition: { buildType: 'x', externalParameters: { model: markup, note: turning } } },
  };
  writeFileSync(provenance, JSON.stringify(statement));
  const source = await locateFile(sallyport, provenance);
  const id = await seedImport(sallyport, model, 'hostile-model', '1.0.0', source);
  await call(page, 'imports.publish', { id, acceptUnsigned: { reason: markup } });
  await openPlace(page, 'Models');
  await page.getByRole('row', { name: /hostile-model/ }).click();
  await page.getByRole('button', { name: '1.0.0', exact: true }).first().click();
  await expect(page.getByText(markup).first()).toBeVisible();
  await expectTextOnly(page);
  await page.getByRole('tab', { name: /Files/ }).click();
  await expect(page.getByText('[link](x) __bold__.md')).toBeVisible();
  await expectTextOnly(page);
  await openPlace(page, 'Activity');
  await expect(page.getByRole('listbox').getByText(markup).first()).toBeVisible();
  await expectTextOnly(page);
});

test('10: the comment of a key is text', async ({ sallyport, folder }) => {
  const { page } = sallyport;
  const packer = createPacker(folder, 'packer');
  const named = path.join(folder, 'named.pub');
  const [type = '', blob = ''] = packer.publicKeyLine.split(' ');
  writeFileSync(named, `${type} ${blob} ${markup} ${turning}\n`);
  await openPlace(page, 'Trust');
  await page.getByRole('button', { name: 'Add an anchor…' }).first().click();
  await chooseNext(sallyport.app, named);
  await page.getByRole('button', { name: 'Choose the key file…' }).click();
  await expect(page.getByRole('dialog')).toContainText(markup);
  await expect(page.getByRole('dialog')).not.toContainText('\u202e');
  await expectTextOnly(page);
});
