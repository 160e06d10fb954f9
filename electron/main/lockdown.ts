import { app, type Session, type WebContents } from 'electron';
import { isAppUrl } from './origin.ts';

/** Schemes that Chromium could load by itself. `ws` and `wss` have no handlers: the request filter stops them. */
const refusedSchemes = ['http', 'https', 'file', 'ftp'];

/** Tells Chromium to stay off the network. Has to run before the app is ready. */
export function cutNetwork(): void {
  const { commandLine } = app;
  // Names and literal addresses alike: whatever slips past the request filter finds no host.
  commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
  commandLine.appendSwitch('no-proxy-server');
  commandLine.appendSwitch('disable-background-networking');
  commandLine.appendSwitch('disable-component-update');
  commandLine.appendSwitch('disable-domain-reliability');
  commandLine.appendSwitch('no-pings');
}

/**
 * Leaves a session nothing but `app://`: no network, no permissions, no downloads, no spell-checker (which would fetch
 * dictionaries). `allowDevTools` lets the development tools load their own pages.
 */
export async function lockSession(session: Session, allowDevTools: boolean): Promise<void> {
  session.webRequest.onBeforeRequest((request, decide) => {
    const own = isAppUrl(request.url) || (allowDevTools && request.url.startsWith('devtools://'));
    decide({ cancel: !own });
  });
  for (const scheme of refusedSchemes) {
    session.protocol.handle(scheme, () => Response.error());
  }
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
  app.configureHostResolver({ enableBuiltInResolver: false, secureDnsMode: 'off' });
  await session.setProxy({ mode: 'direct' });
}

/** Keeps every page where it is: no navigation, redirect, new window or embedded page, from whatever contents. */
export function guardNavigation(): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}

function guardContents(contents: WebContents): void {
  const refuse = (event: { preventDefault(): void }) => event.preventDefault();
  contents.on('will-navigate', refuse);
  contents.on('will-frame-navigate', refuse);
  contents.on('will-redirect', refuse);
  contents.on('will-attach-webview', refuse);
  // WebRTC passes by the request filter and the resolver's rules: without a proxy this leaves it no datagrams to send.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
