import { spawn } from 'node:child_process';
import type {} from '#renderer/lib/bridge.ts';
import { appCommand, expect, test, untilReady } from './fixtures.ts';

test.describe('7: calls are answered to our own main frame alone', () => {
  test('another window with the same bridge is refused', async ({ sallyport }) => {
    const outcome = await sallyport.app.evaluate(async ({ app, BrowserWindow }) => {
      const preload = `${app.getAppPath()}/out/preload/index.cjs`;
      const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      await other.loadURL('app://sallyport/');
      const asked = "window.sallyport.call('site.info', {}).then(() => 'answered', (e) => String(e))";
      const answer = (await other.webContents.executeJavaScript(asked)) as string;
      other.destroy();
      return answer;
    });
    expect(outcome).toContain('This sender may not call');
  });

  test('a frame inside our page gets no bridge, even without the policy', async ({ launch }) => {
    const { page } = await launch({ bypassCSP: true });
    await untilReady(page);
    const found = await page.evaluate(async () => {
      const frame = document.createElement('iframe');
      frame.src = 'app://sallyport/';
      document.body.append(frame);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      try {
        return frame.contentWindow !== null && 'sallyport' in frame.contentWindow;
      } catch {
        return false;
      }
    });
    expect(found).toBe(false);
  });

  test('input is parsed before anything else, and what fails comes back as data', async ({ page }) => {
    const replies = await page.evaluate(async () => {
      const call = (name: unknown, input: unknown) => window.sallyport.call(name as never, input as never);
      return Promise.all([
        call('no.such.call', {}),
        call('__proto__', {}),
        call('constructor', {}),
        call(null, {}),
        call('keys.create', { name: 'Not A Name', passphrase: 'do-not-echo-me' }),
        call('imports.start', { source: '/etc/passwd', model: 'm', version: '1.0.0' }),
        call('clipboard.write', { text: 7 }),
        call('audit.list', { limit: 100_000 }),
      ]);
    });
    for (const reply of replies) expect(reply).toMatchObject({ ok: false, failure: { code: 'USAGE' } });
    expect(JSON.stringify(replies)).not.toContain('do-not-echo-me');
  });

  test('a handle that no dialog issued leads nowhere', async ({ page }) => {
    const reply = await page.evaluate(() =>
      window.sallyport.call('media.recognise', { source: `loc-${'0'.repeat(32)}` }),
    );
    expect(reply).toMatchObject({ ok: false, failure: { code: 'NOT-FOUND' } });
  });
});

test('9: a second start shows the first window and ends', async ({ sallyport, home }) => {
  const { app } = sallyport;
  const shown = () =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((each) => each.isVisible()));
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  expect(await shown()).toEqual([false]);
  const { executablePath, args, env } = appCommand(home);
  const second = spawn(executablePath, args, { env, stdio: 'ignore' });
  const code = await new Promise((resolve) => second.once('exit', resolve));
  expect(code).toBe(0);
  await expect.poll(shown).toEqual([true]);
});

test('9: another home has its own window', async ({ sallyport, launch, folder }) => {
  const other = await launch({ home: `${folder}/other-home` });
  await untilReady(other.page);
  expect(await sallyport.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});
