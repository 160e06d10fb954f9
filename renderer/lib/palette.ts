import { create } from 'zustand';

/** Whether the go-to palette is open. */
export const usePalette = create<{ readonly open: boolean }>(() => ({ open: false }));

/** Opens the go-to palette (Ctrl+K). */
export function openPalette(): void {
  usePalette.setState({ open: true });
}

/** Closes the go-to palette. */
export function closePalette(): void {
  usePalette.setState({ open: false });
}
