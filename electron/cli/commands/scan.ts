import type { Command } from 'commander';
import { AppError } from '#engine/core/app-error.ts';
import { optional, parseRelease } from '../arguments.ts';
import type { Act } from '../command.ts';
import { followJob } from '../follow-job.ts';
import type { Invocation } from '../invocation.ts';
import { describeScan } from '../scan-text.ts';

/** `scan`: static checks. */
export function scanCommands(program: Command, act: Act): void {
  const scan = program
    .command('scan')
    .description('static checks of weight files; imports nothing')
    .argument('[path]', 'a folder or a file')
    .option('--structure', 'leave tensor data out; then nothing passes')
    .option('--import <import-id>', 'scan what lies in quarantine, and keep the result')
    .option('--release <model@version>', 'scan a release, and keep the result');
  act(scan, async (invocation, [path], options) => {
    const started = await invocation.call('scan.start', whatToScan(invocation, path, options));
    const report = await followJob(invocation, 'scan', started);
    const rules = await invocation.call('scan.rules', {});
    return { json: report, text: describeScan(report, rules), exit: report.verdict === 'pass' ? 0 : 1 };
  });
}

function whatToScan(invocation: Invocation, path: string | undefined, options: Record<string, unknown>) {
  const id = optional(options, 'import');
  const release = optional(options, 'release');
  if ([path, id, release].filter((given) => given !== undefined).length !== 1) {
    throw new AppError('USAGE', 'Name one path, or --import, or --release.');
  }
  if (id !== undefined) return { import: id };
  if (release !== undefined) return { release: parseRelease(release) };
  const extent = options['structure'] === true ? ('structure' as const) : ('all' as const);
  return { source: invocation.locate(path ?? ''), extent };
}
