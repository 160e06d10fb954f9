import type { Page } from '@playwright/test';
import { expect, test, untilReady } from './fixtures.ts';
import { openTrap, type Trap } from './trap.ts';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Everything a page can try in order to reach a server. Returns what each attempt came to, by name. */
async function tryEverything(page: Page, port: number): Promise<Record<string, string>> {
  return page.evaluate(async (port) => {
    const at = `127.0.0.1:${port}`;
    const outcomes: Record<string, string> = {};
    const note = (name: string, outcome: string) => (outcomes[name] ??= outcome);
    const settled = (name: string, attempt: Promise<unknown>) =>
      attempt.then(
        () => note(name, 'reached'),
        () => note(name, 'refused'),
      );
    const element = (tag: string, attributes: Record<string, string>, name: string) =>
      new Promise<void>((resolve) => {
        const made = document.createElement(tag);
        for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
        made.addEventListener('load', () => (note(name, 'loaded'), resolve()));
        made.addEventListener('error', () => (note(name, 'refused'), resolve()));
        document.body.append(made);
        setTimeout(resolve, 1500);
      });
    const socket = (name: string, open: () => EventTarget) =>
      new Promise<void>((resolve) => {
        try {
          const made = open();
          made.addEventListener('open', () => (note(name, 'reached'), resolve()));
          made.addEventListener('error', () => (note(name, 'refused'), resolve()));
          setTimeout(resolve, 1500);
        } catch {
          note(name, 'refused');
          resolve();
        }
      });
    const request = new XMLHttpRequest();
    const xhr = new Promise<void>((resolve, reject) => {
      request.onload = () => resolve();
      request.onerror = () => reject(new Error('refused'));
      request.open('GET', `http://${at}/xhr`);
      request.send();
    });
    const peer = new RTCPeerConnection({
      iceServers: [
        { urls: `stun:${at}` },
        { urls: `turn:${at}?transport=tcp`, username: 'u', credential: 'c' },
        { urls: `turn:${at}?transport=udp`, username: 'u', credential: 'c' },
      ],
    });
    peer.createDataChannel('x');
    void peer.createOffer().then((offer) => peer.setLocalDescription(offer));
    navigator.sendBeacon(`http://${at}/beacon`, 'x');
    await Promise.all([
      settled('fetch', fetch(`http://${at}/fetch`)),
      settled('fetch by name', fetch(`http://localhost:${port}/fetch`)),
      settled('fetch of https', fetch(`https://${at}/fetch`)),
      settled('fetch of a file', fetch('file:///etc/hostname')),
      settled('xhr', xhr),
      element('img', { src: `http://${at}/img` }, 'img'),
      element('img', { src: 'file:///etc/hostname' }, 'file img'),
      element('script', { src: `http://${at}/script` }, 'script'),
      element('script', { src: `http://${at}/module`, type: 'module' }, 'module'),
      element('link', { rel: 'stylesheet', href: `http://${at}/css` }, 'stylesheet'),
      element('link', { rel: 'prefetch', href: `http://${at}/prefetch` }, 'prefetch'),
      element('link', { rel: 'preconnect', href: `http://${at}/` }, 'preconnect'),
      element('link', { rel: 'dns-prefetch', href: `//${at}/` }, 'dns-prefetch'),
      element('video', { src: `http://${at}/video`, autoplay: '' }, 'video'),
      element('object', { data: `http://${at}/object` }, 'object'),
      element('embed', { src: `http://${at}/embed` }, 'embed'),
      socket('WebSocket', () => new WebSocket(`ws://${at}/ws`)),
      socket('EventSource', () => new EventSource(`http://${at}/events`)),
      socket('worker', () => new Worker(`http://${at}/worker.js`)),
      settled('WebTransport', new WebTransport(`https://${at}/`).ready),
    ]);
    peer.close();
    return outcomes;
  }, port);
}

async function withTrap(use: (trap: Trap) => Promise<void>): Promise<void> {
  const trap = await openTrap();
  try {
    await use(trap);
  } finally {
    await trap.close();
  }
}

test.describe('no network traffic', () => {
  for (const bypassCSP of [false, true]) {
    const layer = bypassCSP ? 'the layers below the content security policy' : 'the app as it is';

    test(`nothing a page tries leaves ${layer}`, async ({ launch }) => {
      await withTrap(async (trap) => {
        const { page } = await launch({ bypassCSP });
        await untilReady(page);
        const outcomes = await tryEverything(page, trap.port);
        await wait(1000);
        expect(trap.knocks()).toBe(0);
        expect(Object.values(outcomes)).not.toContain('reached');
        for (const name of [
          'fetch',
          'fetch by name',
          'fetch of https',
          'fetch of a file',
          'xhr',
          'img',
          'script',
          'WebSocket',
        ]) {
          expect(outcomes[name], name).toBe('refused');
        }
      });
    });
  }

  test("each layer of Chromium's network refuses by itself", async ({ sallyport }) => {
    await withTrap(async (trap) => {
      const layers = await sallyport.app.evaluate(async ({ net, session }, port) => {
        const { defaultSession } = session;
        const reason = (attempt: Promise<unknown>) => attempt.then(() => 'reached', String);
        const at = `127.0.0.1:${port}`;
        const past = { bypassCustomProtocolHandlers: true };
        return {
          handled: ['http', 'https', 'file', 'ftp'].map((scheme) =>
            defaultSession.protocol.isProtocolHandled(scheme),
          ),
          handlers: await Promise.all([
            reason(net.fetch(`http://${at}/`)),
            reason(defaultSession.fetch(`https://${at}/`)),
            reason(net.fetch('file:///etc/hostname')),
          ]),
          filter: await reason(net.fetch(`http://${at}/`, past)),
          resolver: await reason(defaultSession.resolveHost('localhost')),
          proxy: await defaultSession.resolveProxy('http://example.test/'),
        };
      }, trap.port);
      expect(layers.handled).toEqual([true, true, true, true]);
      for (const outcome of layers.handlers) expect(outcome).toContain('ERR_');
      expect(layers.filter).toContain('ERR_BLOCKED_BY_CLIENT');
      expect(layers.resolver).toContain('ERR_NAME_NOT_RESOLVED');
      expect(layers.proxy).toBe('DIRECT');
      expect(trap.knocks()).toBe(0);
    });
  });

  test('nothing is downloaded', async ({ sallyport, page }) => {
    const refused = await sallyport.app.evaluate(async ({ BrowserWindow, session }) => {
      // Heard after the app's own listener, which stops each download.
      const asked = new Promise<boolean>((resolve) => {
        session.defaultSession.on('will-download', (event) => resolve(event.defaultPrevented));
      });
      BrowserWindow.getAllWindows()[0]?.webContents.downloadURL('app://sallyport/index.html');
      return asked;
    });
    expect(refused).toBe(true);
    expect(page.url()).toBe('app://sallyport/');
  });
});
