import {
  _electron,
  expect,
  test as base,
  type ElectronApplication,
  type Page,
  type TestInfo,
} from '@playwright/test';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { locateApp } from '../../resources/setup/app.mjs';
import { root } from '../../resources/setup/paths.mjs';

export interface LaunchOptions {
  /** The data home; the test's own when left out. */
  readonly home?: string;
  /** Lifts the page's content security policy, to see what the layers below it refuse. */
  readonly bypassCSP?: boolean;
}

/** The built app, running, with its window. */
export interface Launched {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** All that the app printed so far. */
  output(): string;
  /** What the page complained about: errors on its console and exceptions nobody caught. */
  readonly complaints: readonly string[];
  /** Drops the complaints so far: for tests that provoke them. */
  forgive(): void;
}

interface Fixtures {
  /** A folder of this test alone, removed afterwards. */
  readonly folder: string;
  /** The data home of this test; not made yet. */
  readonly home: string;
  /** Launches the app (again). What is still running at the end is closed. */
  readonly launch: (options?: LaunchOptions) => Promise<Launched>;
  /** The app, launched on the test's home and showing its first content. */
  readonly sallyport: Launched;
  readonly page: Page;
}

/** Playwright's test with the real app in place of a browser. A page that complained fails its test. */
export const test = base.extend<Fixtures>({
  // Playwright reads from the first parameter which fixtures a function asks for.
  folder: async ({}, use) => {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'sallyport-e2e-')));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  },
  home: async ({ folder }, use) => use(path.join(folder, 'home')),
  launch: async ({ home }, use, testInfo) => {
    const launched: Launched[] = [];
    await use(async (options = {}) => {
      const next = await launchApp({ home, ...options });
      launched.push(next);
      return next;
    });
    const failed = testInfo.status !== testInfo.expectedStatus;
    for (const [index, each] of launched.entries()) {
      if (failed) await keepEvidence(each, testInfo, index);
      await quit(each.app);
    }
  },
  sallyport: async ({ launch }, use) => {
    const launched = await launch();
    await untilReady(launched.page);
    await use(launched);
    expect(launched.complaints, 'what the page complained about').toEqual([]);
  },
  page: async ({ sallyport }, use) => use(sallyport.page),
});

export { expect };

/** How to start the app, and the environment in which it works on `home`. */
export function appCommand(home: string) {
  const { executablePath, args } = locateApp();
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(SALLYPORT_|ELECTRON_|NODE_OPTIONS)/.test(name),
  );
  const env = Object.fromEntries(kept) as Record<string, string>;
  return { executablePath, args, env: { ...env, SALLYPORT_HOME: home } };
}

/** The page says itself when its first content is there. */
export async function untilReady(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'true', { timeout: 30_000 });
}

/** Answers the next folder and file dialogs with `chosen`; null is a person who cancelled. */
export async function chooseNext(app: ElectronApplication, chosen: string | null): Promise<void> {
  await app.evaluate(({ dialog }, answer) => {
    dialog.showOpenDialog = () =>
      Promise.resolve({ canceled: answer === null, filePaths: answer === null ? [] : [answer] });
  }, chosen);
}

/** A picture of the page as it is, in light and in dark, under test/e2e/screens/. */
export async function takeScreens(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: path.join(root, 'test/e2e/screens', `${name}-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: null });
}

/** Ends the app as a person would who is asked nothing; jobs that run are stopped. */
export async function quit(app: ElectronApplication): Promise<void> {
  const stop = app.evaluate(({ dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
  });
  // It may have ended already, which is as good.
  await stop.then(() => app.close()).catch(() => undefined);
}

async function launchApp(options: LaunchOptions & { home: string }): Promise<Launched> {
  const { home, ...rest } = options;
  const app = await _electron.launch({
    ...appCommand(home),
    ...rest,
    chromiumSandbox: true,
    colorScheme: null,
    timeout: 60_000,
  });
  let output = '';
  const collect = (chunk: Buffer) => (output += chunk.toString());
  app.process().stdout?.on('data', collect);
  app.process().stderr?.on('data', collect);
  await app.context().tracing.start({ snapshots: true });
  const page = await app.firstWindow();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { app, page, output: () => output, complaints, forgive: () => void complaints.splice(0) };
}

async function keepEvidence(launched: Launched, testInfo: TestInfo, index: number): Promise<void> {
  const trace = testInfo.outputPath(`trace-${index}.zip`);
  await launched.app
    .context()
    .tracing.stop({ path: trace })
    .then(() => testInfo.attach(`trace ${index}`, { path: trace }))
    .catch(() => undefined);
  const picture = await launched.page.screenshot().catch(() => null);
  if (picture) await testInfo.attach(`window ${index}`, { body: picture, contentType: 'image/png' });
  await testInfo.attach(`output ${index}`, { body: launched.output(), contentType: 'text/plain' });
}
