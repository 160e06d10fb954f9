import { BrowserWindow, nativeTheme } from 'electron';
import { fileURLToPath } from 'node:url';
import { APP_URL } from './origin.ts';
import { DESIGN_SIZE, recallWindow, rememberWindow, SMALLEST_SIZE } from './window-state.ts';

/** The surface colours of the visual design, so that a window never flashes white before its page is there. */
const surface = { light: '#FBFBFA', dark: '#161718' };

const surfaceNow = () => (nativeTheme.shouldUseDarkColors ? surface.dark : surface.light);

export interface WindowOptions {
  /** Folder in which the window's place and look are remembered. */
  readonly profile: string;
  readonly allowDevTools: boolean;
}

/** Makes the one window, not yet loaded; it shows itself when its first content can be painted. */
export function createMainWindow(options: WindowOptions): BrowserWindow {
  const remembered = recallWindow(options.profile);
  nativeTheme.themeSource = remembered.theme;
  const window = new BrowserWindow({
    title: 'Sallyport',
    ...(remembered.bounds ?? DESIGN_SIZE),
    minWidth: SMALLEST_SIZE.width,
    minHeight: SMALLEST_SIZE.height,
    // Sizes are those of the page: title bars differ between desktops.
    useContentSize: true,
    show: false,
    backgroundColor: surfaceNow(),
    autoHideMenuBar: true,
    webPreferences: {
      preload: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      devTools: options.allowDevTools,
    },
  });
  const followTheme = () => window.setBackgroundColor(surfaceNow());
  nativeTheme.on('updated', followTheme);
  window.on('closed', () => nativeTheme.off('updated', followTheme));
  window.on('close', () => rememberWindow(options.profile, window));
  window.once('ready-to-show', () => {
    if (remembered.maximized) window.maximize();
    window.show();
  });
  return window;
}

/** Loads the app's page; a page that cannot even be loaded is a defect that the caller reports. */
export async function loadApp(window: BrowserWindow): Promise<void> {
  await window.loadURL(APP_URL);
}

/** Brings the window back before the person who started the app again. */
export function bringToFront(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
