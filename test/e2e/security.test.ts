import { readFileSync } from 'node:fs';
import { expect, test, untilReady } from './fixtures.ts';

// Word for word from the project's security list; not imported, so that a change there is noticed here.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
  "connect-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";

test.describe('1: sandbox and isolation', () => {
  test("the page's process is in Chromium's sandbox", async ({ sallyport }) => {
    const { pid, noSandbox } = await sallyport.app.evaluate(({ app, BrowserWindow }) => ({
      pid: BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0,
      noSandbox: app.commandLine.hasSwitch('no-sandbox'),
    }));
    expect(noSandbox).toBe(false);
    test.skip(process.platform !== 'linux', 'the state of the sandbox is read from /proc');
    // 2: a system call filter is in force. A process outside the sandbox has 0.
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\t2$/m);
  });

  test('the window has every protection on', async ({ sallyport }) => {
    const preferences = await sallyport.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
    });
  });

  test('the page gets the bridge and nothing else of Node or Electron', async ({ page }) => {
    const seen = await page.evaluate(() => {
      const bridge = window.sallyport as unknown as Record<string, unknown>;
      const original = bridge['call'];
      try {
        bridge['call'] = () => 'replaced';
      } catch {
        // A frozen bridge may throw or ignore it.
      }
      const names = [
        'require',
        'module',
        'process',
        'Buffer',
        'global',
        'ipcRenderer',
        'electron',
        '__dirname',
      ];
      return {
        bridge: Object.keys(bridge).sort(),
        unchanged: bridge['call'] === original,
        found: names.filter((name) => name in window),
      };
    });
    expect(seen).toEqual({ bridge: ['call', 'on'], unchanged: true, found: [] });
  });

  test('spell-checking and development tools are off', async ({ sallyport }) => {
    const state = await sallyport.app.evaluate(async ({ BrowserWindow, session, Menu }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      contents?.openDevTools();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const items = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? [];
      return {
        opened: contents?.isDevToolsOpened(),
        spell: session.defaultSession.isSpellCheckerEnabled(),
        offered: items.some((item) => String(item.role).toLowerCase() === 'toggledevtools'),
      };
    });
    expect(state).toEqual({ opened: false, spell: false, offered: false });
  });
});

test.describe('2: the app:// protocol', () => {
  test('serves the page and its parts with their types, and nothing outside its folder', async ({
    sallyport,
  }) => {
    const answers = await sallyport.app.evaluate(async ({ net }) => {
      const addresses = [
        'app://sallyport/',
        'app://sallyport/../../package.json',
        'app://sallyport/%2e%2e/%2e%2e/package.json',
        'app://sallyport/..%2f..%2fpackage.json',
        'app://sallyport/..%5c..%5cpackage.json',
        'app://sallyport//etc/passwd',
        'app://sallyport/%00',
        'app://sallyport/%ff',
        'app://sallyport/assets',
        'app://elsewhere/index.html',
      ];
      const found: Record<string, { status: number; type: string | null; sniff: string | null }> = {};
      for (const address of addresses) {
        const answer = await net.fetch(address).catch(() => null);
        found[address] = {
          status: answer?.status ?? 0,
          type: answer?.headers.get('content-type') ?? null,
          sniff: answer?.headers.get('x-content-type-options') ?? null,
        };
      }
      return found;
    });
    const { 'app://sallyport/': page, ...others } = answers;
    expect(page).toEqual({ status: 200, type: 'text/html; charset=utf-8', sniff: 'nosniff' });
    for (const [address, answer] of Object.entries(others)) {
      expect([0, 403, 404], address).toContain(answer.status);
    }
  });

  test('only reading is answered', async ({ sallyport }) => {
    const status = await sallyport.app.evaluate(async ({ net }) => {
      const answer = await net.fetch('app://sallyport/', { method: 'POST', body: 'x' });
      return answer.status;
    });
    expect(status).toBe(405);
  });

  test('file: is refused', async ({ sallyport, page }) => {
    const loaded = await sallyport.app.evaluate(async ({ BrowserWindow }) => {
      const window = new BrowserWindow({ show: false });
      const outcome = await window.loadURL('file:///etc/hostname').then(
        () => window.webContents.executeJavaScript('document.body.innerText') as Promise<string>,
        () => '',
      );
      window.destroy();
      return outcome;
    });
    expect(loaded).toBe('');
    expect(page.url()).toBe('app://sallyport/');
  });
});

test.describe('3: content security policy', () => {
  test('stands in the header of every answer, word for word', async ({ sallyport }) => {
    const headers = await sallyport.app.evaluate(async ({ net }) => {
      const answers = await Promise.all(
        ['app://sallyport/', 'app://sallyport/nothing.js'].map((address) => net.fetch(address)),
      );
      return answers.map((answer) => answer.headers.get('content-security-policy'));
    });
    expect(headers).toEqual([policy, policy]);
  });

  test('stops inline scripts, inline styles, eval and frames', async ({ launch }) => {
    const { page } = await launch();
    await untilReady(page);
    const effects = await page.evaluate(async () => {
      const reached = window as unknown as Record<string, unknown>;
      const add = (html: string) => {
        const holder = document.createElement('div');
        holder.innerHTML = html;
        document.body.append(holder);
        return holder;
      };
      const script = document.createElement('script');
      script.textContent = 'window.ranInline = true';
      document.body.append(script);
      add('<img src="data:," onerror="window.ranHandler = true">');
      add('<iframe srcdoc="<script>parent.ranFrame = true</script>"></iframe>');
      add('<a id="js-link" href="javascript:window.ranLink=true">x</a>');
      document.getElementById('js-link')?.click();
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the policy has to stop it
      setTimeout('window.ranEval = true', 0);
      const style = document.createElement('style');
      style.textContent = 'body { outline: 7px solid red }';
      document.head.append(style);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return {
        ran: Object.keys(reached).filter((name) => name.startsWith('ran')),
        outline: getComputedStyle(document.body).outlineWidth === '7px',
      };
    });
    expect(effects).toEqual({ ran: [], outline: false });
  });
});

test('5: every permission is refused, asked for or looked up', async ({ sallyport, page }) => {
  const outcomes = await page.evaluate(async () => {
    const refused = (attempt: Promise<unknown>) =>
      attempt.then(
        () => 'granted',
        () => 'refused',
      );
    const states = await Promise.all(
      ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'].map(async (name) => {
        const status = await navigator.permissions.query({ name: name as PermissionName });
        return `${name} ${status.state}`;
      }),
    );
    return {
      states,
      asked: await Promise.all([
        refused(navigator.mediaDevices.getUserMedia({ audio: true })),
        refused(navigator.mediaDevices.getDisplayMedia()),
        refused(navigator.clipboard.readText()),
        refused(navigator.clipboard.writeText('x')),
        refused(new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject))),
      ]),
      notification: await Notification.requestPermission(),
    };
  });
  expect(outcomes.states.filter((state) => !state.endsWith(' denied'))).toEqual([]);
  expect(outcomes.asked).not.toContain('granted');
  expect(outcomes.notification).toBe('denied');
  sallyport.forgive();
});

test('6: no navigation, no new window, no embedded page, nothing opened outside', async ({
  sallyport,
  page,
}) => {
  await sallyport.app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    // eslint-disable-next-line no-restricted-syntax -- stands in, to see that nobody calls it
    shell.openExternal = (address) => (opened.push(address), Promise.resolve());
    shell.openPath = (file) => (opened.push(file), Promise.resolve(''));
  });
  await page.evaluate(() => {
    (window as unknown as { mark: string }).mark = 'still here';
  });
  const opened = await page.evaluate(async () => {
    const click = (attributes: Record<string, string>) => {
      const link = document.createElement('a');
      for (const [name, value] of Object.entries(attributes)) link.setAttribute(name, value);
      document.body.append(link);
      link.click();
      link.remove();
    };
    const windows = [
      window.open('https://example.test/'),
      window.open('app://sallyport/'),
      window.open('about:blank'),
    ];
    click({ href: 'https://example.test/', target: '_blank' });
    click({ href: 'https://example.test/' });
    click({ href: 'app://sallyport/assets/', target: '_self' });
    click({ href: 'mailto:nobody@example.test' });
    click({ href: 'file:///etc/hostname' });
    const webview = document.createElement('webview');
    webview.setAttribute('src', 'app://sallyport/');
    document.body.append(webview);
    const form = document.createElement('form');
    form.action = 'https://example.test/';
    document.body.append(form);
    form.submit();
    location.assign('https://example.test/');
    await new Promise((resolve) => setTimeout(resolve, 500));
    location.href = 'data:text/html,gone';
    await new Promise((resolve) => setTimeout(resolve, 500));
    webview.remove();
    form.remove();
    return windows.filter((each) => each !== null).length;
  });
  expect(opened).toBe(0);
  expect(page.url()).toBe('app://sallyport/');
  expect(await page.evaluate(() => (window as unknown as { mark?: string }).mark)).toBe('still here');
  const outside = await sallyport.app.evaluate(({ BrowserWindow, webContents }) => ({
    windows: BrowserWindow.getAllWindows().length,
    contents: webContents.getAllWebContents().length,
    opened: (globalThis as unknown as { opened: string[] }).opened,
  }));
  expect(outside).toEqual({ windows: 1, contents: 1, opened: [] });
  sallyport.forgive();
});
