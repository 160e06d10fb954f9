import { app, dialog, session, type BrowserWindow } from 'electron';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { toFailure } from '#engine/core/app-error.ts';
import { systemClock } from '#engine/core/clock.ts';
import type { Engine } from '#engine/engine.ts';
import { createFileLog } from '#engine/file-log.ts';
import { defaultHome } from '#engine/home.ts';
import { registerAppScheme, serveApp } from './app-protocol.ts';
import { createShellHandlers } from './desktop.ts';
import { createHandlers } from './dispatch.ts';
import { EngineHost, isUnfinished } from './engine-host.ts';
import { answerCalls, describe, sendEvent } from './ipc.ts';
import { Leaving } from './leaving.ts';
import { cutNetwork, guardNavigation, lockSession } from './lockdown.ts';
import { bringToFront, createMainWindow, loadApp } from './main-window.ts';
import { installMenu } from './menu.ts';
import { shellPower } from './shell-power.ts';
import { useProfileOf } from './profile.ts';

const rendererFolder = fileURLToPath(new URL('../renderer', import.meta.url));
/** Development tools need an unpackaged app and a person who asked for them. */
const allowDevTools = !app.isPackaged && process.env['SALLYPORT_DEVTOOLS'] === '1';

app.setName('Sallyport');
app.enableSandbox();
registerAppScheme();
cutNetwork();
guardNavigation();

const home = defaultHome();
const profile = useProfileOf(home);
const log = createFileLog({ folder: path.join(home, 'logs'), clock: systemClock });

if (app.requestSingleInstanceLock()) {
  app.whenReady().then(start).catch(reportDefect);
} else {
  // The instance that runs was told, and shows its window.
  app.quit();
}

async function start(): Promise<void> {
  await lockSession(session.defaultSession, allowDevTools);
  serveApp(session.defaultSession, rendererFolder);
  installMenu(allowDevTools);
  const window = createMainWindow({ profile, allowDevTools });
  const host = new EngineHost(openHome, (engine) => forwardEvents(engine, window, leaving));
  const leaving = new Leaving(window, host);
  const callEngine = async (...call: Parameters<Engine['call']>) => (await host.engine()).call(...call);
  answerCalls(
    window,
    createHandlers(
      callEngine,
      createShellHandlers(window, () => host.engine()),
    ),
    log,
  );
  app.on('second-instance', () => bringToFront(window));
  app.on('activate', () => bringToFront(window));
  process.on('SIGTERM', () => leaving.leave());
  reviveOnCrash(window);
  // Opened while the page loads; a failure comes back with the page's first call.
  host.engine().catch(() => undefined);
  await loadApp(window);
}

async function openHome(): Promise<Engine> {
  // Loaded here, so that even a registry library that cannot be loaded is an error in the window instead of a crash.
  const { openEngine } = await import('#engine/engine.ts');
  const workerUrl = new URL('./worker.js', import.meta.url);
  return openEngine({
    home,
    workerUrl,
    log,
    holder: `the window (process ${process.pid})`,
    runsDueWork: true,
    // Elsewhere the engine asks the system itself.
    ...(process.platform === 'win32' ? { power: shellPower } : {}),
  });
}

function forwardEvents(engine: Engine, window: BrowserWindow, leaving: Leaving): void {
  engine.on('changed', (payload) => sendEvent(window, 'changed', payload));
  engine.on('job', (job) => {
    sendEvent(window, 'job', job);
    if (!isUnfinished(job)) void leaving.jobEnded();
  });
}

/** A page that crashed is loaded again, since the engine and its jobs go on; one that keeps crashing is reported. */
function reviveOnCrash(window: BrowserWindow): void {
  let lastCrash = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    const sinceLastMs = Date.now() - lastCrash;
    lastCrash = Date.now();
    log.error('the page ended', { reason });
    if (sinceLastMs < 60_000) return reportDefect(new Error(`The window's page keeps ending (${reason}).`));
    loadApp(window).catch(reportDefect);
  });
}

function reportDefect(error: unknown): void {
  const { code, message } = toFailure(error);
  log.error('defect', describe(error));
  dialog.showErrorBox(
    'Sallyport',
    `${message}\n\nNo data was changed by this. Start Sallyport again.\n\n${code}`,
  );
  app.exit(4);
}
