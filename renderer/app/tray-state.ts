import { create } from 'zustand';

/** Whether the job tray is open. */
export const useTray = create<{ readonly open: boolean }>(() => ({ open: false }));

export function toggleTray(): void {
  useTray.setState(({ open }) => ({ open: !open }));
}

export function closeTray(): void {
  useTray.setState({ open: false });
}
