import { call } from './bridge.ts';

/** Longest text the clipboard call takes, in characters. */
export const clipboardLimit = 100_000;

/** Copies text through the shell; true when it is on the clipboard. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await call('clipboard.write', { text });
    return true;
  } catch {
    return false;
  }
}
