import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Runs a program of the system; throws with what it printed unless it ends with 0. */
export function runTool(
  command: string,
  args: readonly string[],
  options: { cwd?: string; input?: Buffer } = {},
): string {
  const child = spawnSync(command, args, { encoding: 'buffer', ...options });
  const output = `${child.stdout?.toString() ?? ''}${child.stderr?.toString() ?? ''}`;
  if (child.status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${child.status}: ${output}`);
  return output.trim();
}

/** The folder of the one transfer set on a volume. */
export function setFolder(volume: string): string {
  const name = readdirSync(volume).find((entry) => entry.startsWith('sallyport-'));
  if (name === undefined) throw new Error(`there is no set on ${volume}`);
  return path.join(volume, name);
}

/** Checks a volume of a set without Sallyport, as its VERIFY.txt says. Returns the number of files that were checked. */
export function checkWithStockTools(volume: string): number {
  const folder = setFolder(volume);
  const checked = runTool('sha256sum', ['-c', 'SHA256SUMS'], { cwd: folder });
  const principal = readFileSync(path.join(folder, 'allowed_signers'), 'utf8').split(' ', 1)[0] ?? '';
  const verify = ['-Y', 'verify', '-f', 'allowed_signers', '-I', principal, '-n', 'sallyport-transfer'];
  const input = readFileSync(path.join(folder, 'SHA256SUMS'));
  runTool('ssh-keygen', [...verify, '-s', 'SHA256SUMS.sig'], { cwd: folder, input });
  return checked.split('\n').length;
}
