import { powerMonitor } from 'electron';
import type { PowerSource } from '#engine/core/ports/power.ts';

/** What the machine runs on, as Electron knows it. */
export const shellPower: PowerSource = {
  state: () => Promise.resolve(powerMonitor.isOnBatteryPower() ? 'battery' : 'mains'),
};
