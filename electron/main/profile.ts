import { app } from 'electron';
import { mkdirSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Puts Chromium's profile into the home, so that the instance lock means one window a home, and another home does not
 * see this one's. Where the home cannot be written to, a temporary profile lets the window say so. Returns the folder.
 */
export function useProfileOf(home: string): string {
  const profile = path.join(home, 'window');
  try {
    mkdirSync(profile, { recursive: true, mode: 0o700 });
    app.setPath('userData', profile);
    return profile;
  } catch {
    const temporary = mkdtempSync(path.join(os.tmpdir(), 'sallyport-window-'));
    app.setPath('userData', temporary);
    return temporary;
  }
}
