import { create } from 'zustand';

/** Whether the job tray is open. */
export const useTray = create<{ readonly open: boolean }>(() => ({ open: false }));

/** Opens the job tray, or closes it. */
export function toggleTray(): void {
  useTray.setState(({ open }) => ({ open: !open }));
}

/** Closes the job tray. */
export function closeTray(): void {
  useTray.setState({ open: false });
}
