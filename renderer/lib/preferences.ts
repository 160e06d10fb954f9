import { create } from 'zustand';
import { call } from './bridge.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

interface Preferences {
  readonly theme: Theme;
  readonly inspectorWidth: number;
}

const storageKey = 'sallyport.window';
export const inspectorWidths = { smallest: 300, usual: 400, largest: 720 } as const;

function recall(): Preferences {
  let kept: unknown = null;
  try {
    kept = JSON.parse(window.localStorage.getItem(storageKey) ?? 'null');
  } catch {
    // What cannot be read is replaced by the usual.
  }
  const { theme, inspectorWidth } = (kept ?? {}) as { theme?: unknown; inspectorWidth?: unknown };
  return {
    theme: themes.find((known) => known === theme) ?? 'system',
    inspectorWidth: typeof inspectorWidth === 'number' ? clampWidth(inspectorWidth) : inspectorWidths.usual,
  };
}

function clampWidth(width: number): number {
  return Math.round(Math.min(inspectorWidths.largest, Math.max(inspectorWidths.smallest, width)));
}

/** How this window looks on this machine; nothing of the product's state is kept here. */
export const usePreferences = create<Preferences>(() => recall());

function keep(): void {
  try {
    window.localStorage.setItem(storageKey, JSON.stringify(usePreferences.getState()));
  } catch {
    // A profile that cannot be written loses the look, nothing else.
  }
}

/** Hands the theme to the shell, which lets frame, dialogs and page follow it and remembers it. */
export function chooseTheme(theme: Theme): void {
  usePreferences.setState({ theme });
  keep();
  void call('window.setTheme', { theme }).catch(() => undefined);
}

/** Sets the inspector's width in CSS pixels, within its bounds. */
export function setInspectorWidth(width: number): void {
  usePreferences.setState({ inspectorWidth: clampWidth(width) });
  keep();
}
