import type { ElectronApplication } from '@playwright/test';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { call, locate, untilJob } from './calls.ts';
import { chooseNext, expect, test, untilReady, type Launched } from './fixtures.ts';

/** The answer a person gives when asked about running jobs, by position of the button. */
async function answerWith(app: ElectronApplication, response: number): Promise<void> {
  await app.evaluate(({ dialog }, answer) => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = ((_window: unknown, question: { message: string; detail: string }) => {
      asked.push(`${question.message}\n${question.detail}`);
      return Promise.resolve({ response: answer, checkboxChecked: false });
    }) as typeof dialog.showMessageBox;
  }, response);
}

const questions = (app: ElectronApplication) =>
  app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);

const closeWindow = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

const isVisible = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());

/** Starts a job that takes some seconds: hashing a large file that takes no space. */
async function startLongJob(launched: Launched, folder: string, sizeBytes: number): Promise<string> {
  const model = path.join(folder, 'model');
  mkdirSync(model);
  writeFileSync(path.join(model, 'weights.onnx'), '');
  truncateSync(path.join(model, 'weights.onnx'), sizeBytes);
  const source = await locate(launched, model);
  await chooseNext(launched.app, null);
  const { jobId } = await call(launched.page, 'imports.start', { source, model: 'large', version: '1.0.0' });
  await untilJob(launched.page, jobId, 'running');
  return jobId;
}

const exit = (app: ElectronApplication) => new Promise((resolve) => app.process().once('exit', resolve));
const large = 3_000_000_000;

test('without jobs, closing the window ends the app and frees the home', async ({ sallyport, launch }) => {
  const ended = exit(sallyport.app);
  await closeWindow(sallyport.app);
  expect(await ended).toBe(0);
  const again = await launch();
  await untilReady(again.page);
  expect((await call(again.page, 'site.info', {})).platform).toContain(process.platform);
});

test('with a job, closing the window asks; staying changes nothing', async ({ sallyport, folder }) => {
  await answerWith(sallyport.app, 2);
  const jobId = await startLongJob(sallyport, folder, large);
  await closeWindow(sallyport.app);
  await expect.poll(() => questions(sallyport.app)).toHaveLength(1);
  expect((await questions(sallyport.app))[0]).toContain('large');
  expect(await isVisible(sallyport.app)).toBe(true);
  expect((await call(sallyport.page, 'jobs.get', { id: jobId })).state).toBe('running');
});

test('a hidden window lets the job end, and the app with it', async ({ sallyport, folder, launch }) => {
  await answerWith(sallyport.app, 0);
  const ended = exit(sallyport.app);
  const jobId = await startLongJob(sallyport, folder, 600_000_000);
  await closeWindow(sallyport.app);
  await expect.poll(() => isVisible(sallyport.app)).toBe(false);
  expect(await ended).toBe(0);
  const again = await launch();
  await untilReady(again.page);
  expect((await call(again.page, 'jobs.get', { id: jobId })).state).toBe('done');
});

test('stopped jobs are interrupted and resume after the next start', async ({
  sallyport,
  folder,
  launch,
}) => {
  await answerWith(sallyport.app, 1);
  const ended = exit(sallyport.app);
  const jobId = await startLongJob(sallyport, folder, 2_000_000_000);
  await closeWindow(sallyport.app);
  expect(await ended).toBe(0);
  const again = await launch();
  await untilReady(again.page);
  expect(await call(again.page, 'jobs.get', { id: jobId })).toMatchObject({
    state: 'interrupted',
    canResume: true,
  });
});

test('a terminated app closes its home in order', async ({ sallyport, folder, launch }) => {
  const ended = exit(sallyport.app);
  const jobId = await startLongJob(sallyport, folder, large);
  sallyport.app.process().kill('SIGTERM');
  expect(await ended).toBe(0);
  const again = await launch();
  await untilReady(again.page);
  expect((await call(again.page, 'jobs.get', { id: jobId })).state).toBe('interrupted');
});

test('a killed app leaves a home that opens again, its job interrupted', async ({
  sallyport,
  folder,
  launch,
}) => {
  const ended = exit(sallyport.app);
  const jobId = await startLongJob(sallyport, folder, large);
  sallyport.app.process().kill('SIGKILL');
  await ended;
  const again = await launch();
  await untilReady(again.page);
  expect((await call(again.page, 'jobs.get', { id: jobId })).state).toBe('interrupted');
});

test('a job goes on while the page is loaded again, which shows it as it stands', async ({
  sallyport,
  folder,
}) => {
  const jobId = await startLongJob(sallyport, folder, large);
  const before = await call(sallyport.page, 'jobs.get', { id: jobId });
  await sallyport.page.reload();
  await untilReady(sallyport.page);
  const after = await call(sallyport.page, 'jobs.get', { id: jobId });
  expect(after.state).toBe('running');
  expect(after.sequence).toBeGreaterThanOrEqual(before.sequence);
  await expect(sallyport.page.getByText(/importing large/i).first()).toBeVisible();
});

test('a page that crashed comes back by itself, and its job went on', async ({ launch, folder }) => {
  const launched = await launch();
  await untilReady(launched.page);
  const jobId = await startLongJob(launched, folder, large);
  const state = await launched.app.evaluate(async ({ BrowserWindow }, id) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (!contents) return 'no window';
    const back = new Promise<void>((resolve) => contents.once('did-finish-load', () => resolve()));
    contents.forcefullyCrashRenderer();
    await back;
    const asked = `window.sallyport.call('jobs.get', { id: '${id}' }).then((reply) => reply.value.state)`;
    return (await contents.executeJavaScript(asked)) as string;
  }, jobId);
  expect(state).toBe('running');
});
