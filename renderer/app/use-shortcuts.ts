import { useEffect, type RefObject } from 'react';
import { useInspector } from '#renderer/lib/inspector.ts';
import { goBack, goTo } from '#renderer/lib/navigation.ts';
import { openPalette } from '#renderer/lib/palette.ts';
import { places } from './places.ts';
import { closeTray, useTray } from './tray-state.ts';

const isOverlaid = () =>
  document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches('input:not([type="checkbox"]), textarea, select');

/** Esc closes what was opened last; what a person is typing is never lost by it. */
function closeTopmost(main: HTMLElement | null): boolean {
  if (useTray.getState().open) {
    closeTray();
    return true;
  }
  const { close, slot } = useInspector.getState();
  if (!close) return false;
  const hadFocus = slot?.contains(document.activeElement) ?? false;
  close();
  if (hadFocus) (main?.querySelector<HTMLElement>('[data-row][tabindex="0"]') ?? main)?.focus();
  return true;
}

/** Ctrl+K, Ctrl+1 to Ctrl+6, Alt+Left and Esc, wherever the focus is. */
export function useShortcuts(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isOverlaid()) return;
      const isControl = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      const place = isControl && /^[1-6]$/.test(event.key) ? places[Number(event.key) - 1] : undefined;
      if (place) {
        event.preventDefault();
        goTo(place.id);
        // The new place stands after the next paint.
        requestAnimationFrame(() => main.current?.focus());
      } else if (isControl && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openPalette();
      } else if (event.altKey && event.key === 'ArrowLeft') {
        event.preventDefault();
        goBack();
      } else if (event.key === 'Escape' && !isTyping(event.target) && closeTopmost(main.current)) {
        event.preventDefault();
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [main]);
}
