import { nativeTheme, screen, type BrowserWindow, type Rectangle } from 'electron';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export const DESIGN_SIZE = { width: 1280, height: 800 };
export const SMALLEST_SIZE = { width: 1024, height: 640 };

/** Place of the frame and size of the page, in whole pixels. */
const Bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(SMALLEST_SIZE.width).max(20_000),
  height: z.number().int().min(SMALLEST_SIZE.height).max(20_000),
});

const WindowState = z.object({
  bounds: Bounds.nullable().catch(null),
  maximized: z.boolean().catch(false),
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
});

/** How the window was when it was last closed. */
export type WindowState = z.infer<typeof WindowState>;

const fileIn = (profile: string) => path.join(profile, 'window.json');

/** How the window was last; the usual where that is not known, not readable or on no screen any more. */
export function recallWindow(profile: string): WindowState {
  try {
    const recalled = WindowState.parse(JSON.parse(readFileSync(fileIn(profile), 'utf8')));
    const reachable = recalled.bounds !== null && isOnScreen(recalled.bounds);
    return { ...recalled, bounds: reachable ? recalled.bounds : null };
  } catch {
    return { bounds: null, maximized: false, theme: 'system' };
  }
}

/** Keeps how the window is for the next start. Losing it costs nothing, so a failure is not reported. */
export function rememberWindow(profile: string, window: BrowserWindow): void {
  const maximized = window.isMaximized();
  const frame = window.getNormalBounds();
  // While maximized the page's normal size is not known; the frame's has to do.
  const [width = frame.width, height = frame.height] =
    maximized || window.isFullScreen() ? [] : window.getContentSize();
  const state: WindowState = {
    bounds: { x: frame.x, y: frame.y, width, height },
    maximized,
    theme: nativeTheme.themeSource,
  };
  try {
    writeFileSync(fileIn(profile), JSON.stringify(state), { mode: 0o600 });
  } catch {
    // See above.
  }
}

/** Is enough of the title bar within reach to drag the window by? */
function isOnScreen(bounds: Rectangle): boolean {
  const { workArea } = screen.getDisplayMatching(bounds);
  const visibleWidth =
    Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x);
  return visibleWidth >= 200 && bounds.y >= workArea.y - 40 && bounds.y < workArea.y + workArea.height - 40;
}
