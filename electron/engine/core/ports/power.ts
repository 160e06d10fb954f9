import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PowerState } from '#shared/contract/fixity.ts';

/** What the machine runs on, as the engine sees it. */
export interface PowerSource {
  /** Never rejects: `unknown` where nothing can be told. */
  state(): Promise<PowerState>;
}

interface Options {
  readonly platform?: NodeJS.Platform;
  /** Where Linux lists batteries and power supplies. */
  readonly folder?: string;
}

const TIMEOUT_MS = 5000;

/**
 * The power source of this machine: /sys/class/power_supply on Linux (sysfs-class-power), `pmset -g batt` on macOS. Elsewhere
 * unknown; the window's shell can say there.
 */
export function systemPower({
  platform = process.platform,
  folder = '/sys/class/power_supply',
}: Options = {}): PowerSource {
  return {
    state: async () => {
      if (platform === 'linux') return await linuxPower(folder).catch(() => 'unknown');
      if (platform === 'darwin') return parsePmset(await runPmset());
      return 'unknown';
    },
  };
}

/** On battery when a battery of the machine itself is being discharged and no supply is online. */
async function linuxPower(folder: string): Promise<PowerState> {
  const names = await readdir(folder);
  const supplies = await Promise.all(
    names.map(async (name) => {
      const read = (file: string) =>
        readFile(path.join(folder, name, file), 'utf8').then(
          (text) => text.trim(),
          () => '',
        );
      const [type, scope, online, status] = await Promise.all(
        ['type', 'scope', 'online', 'status'].map(read),
      );
      return { type, scope, online, status };
    }),
  );
  // A mouse or a headset has a battery too.
  const own = supplies.filter(({ scope }) => scope !== 'Device');
  if (own.some(({ type, online }) => type !== 'Battery' && online === '1')) return 'mains';
  return own.some(({ type, status }) => type === 'Battery' && status === 'Discharging') ? 'battery' : 'mains';
}

/** The first line of its output, `Now drawing from 'Battery Power'` (pmset(1)). */
export function parsePmset(output: string): PowerState {
  if (output.includes("'Battery Power'")) return 'battery';
  return output.includes("'AC Power'") ? 'mains' : 'unknown';
}

/** Empty when it cannot be run. */
function runPmset(): Promise<string> {
  return new Promise((resolve) => {
    execFile('/usr/bin/pmset', ['-g', 'batt'], { timeout: TIMEOUT_MS }, (error, stdout) =>
      resolve(error === null ? stdout : ''),
    );
  });
}
