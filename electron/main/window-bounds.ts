import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export const DESIGN_SIZE = { width: 1280, height: 800 };
export const SMALLEST_SIZE = { width: 1024, height: 640 };

/** Whole pixels of the page and of the frame's place. */
const Remembered = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(SMALLEST_SIZE.width).max(20_000),
  height: z.number().int().min(SMALLEST_SIZE.height).max(20_000),
  maximized: z.boolean(),
});
type Remembered = z.infer<typeof Remembered>;

const fileIn = (profile: string) => path.join(profile, 'window.json');

/** Where the window was when it was last closed; null when that is not known, not readable or on no screen any more. */
export function recallBounds(profile: string): Remembered | null {
  try {
    const remembered = Remembered.parse(JSON.parse(readFileSync(fileIn(profile), 'utf8')));
    return isOnScreen(remembered) ? remembered : null;
  } catch {
    return null;
  }
}

/** Keeps the place of the window for the next start. Losing it costs nothing, so a failure is not reported. */
export function rememberBounds(profile: string, window: BrowserWindow): void {
  const maximized = window.isMaximized() || window.isFullScreen();
  const { x, y } = window.getNormalBounds();
  // The page's size, as it is asked for; while maximized, the frame's size has to do.
  const [width, height] = maximized ? sizeOf(window.getNormalBounds()) : window.getContentSize();
  try {
    writeFileSync(fileIn(profile), JSON.stringify({ x, y, width, height, maximized: window.isMaximized() }), {
      mode: 0o600,
    });
  } catch {
    // See above.
  }
}

const sizeOf = ({ width, height }: Rectangle) => [width, height];

/** Is enough of the title bar within reach to drag the window by? */
function isOnScreen(bounds: Rectangle): boolean {
  const { workArea } = screen.getDisplayMatching(bounds);
  const visibleWidth =
    Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x);
  return visibleWidth >= 200 && bounds.y >= workArea.y - 40 && bounds.y < workArea.y + workArea.height - 40;
}
