import type { Command } from 'commander';
import type { EvidenceSubject } from '#shared/contract/policy.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError } from '#engine/core/app-error.ts';
import { optional, parseRelease, parseTime, required } from '../arguments.ts';
import type { Act } from '../command.ts';
import { followJob } from '../follow-job.ts';
import type { Invocation } from '../invocation.ts';
import { describeScan } from '../scan-text.ts';
import { table } from '../terminal.ts';

/** `scan` and `evidence …`: static checks, and what others found. */
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
  evidenceCommands(program, act);
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

function evidenceCommands(program: Command, act: Act): void {
  const evidence = program.command('evidence').description('results of other scanners and reports');

  const attachCommand = evidence
    .command('attach')
    .description('keep a report as evidence on an import or a release')
    .argument('<import-id|model@version>')
    .argument('<file>', 'the report')
    .requiredOption('--tool <name>', 'whose result it is, e.g. "kiosk 3"')
    .requiredOption('--outcome <outcome>', 'clean, infected or unknown')
    .option('--tool-version <text>', 'version of the tool')
    .option('--signatures <time>', 'date of its virus signatures')
    .option('--detail <text>', 'what it says');
  act(attachCommand, async (invocation, [subject = '', file = ''], options) => {
    const toolVersion = optional(options, 'toolVersion');
    const signatures = optional(options, 'signatures');
    const attachment = await invocation.call('evidence.attach', {
      to: subjectOf(subject),
      source: invocation.locate(file),
      tool: required(options, 'tool', '--tool'),
      outcome: outcomeOf(required(options, 'outcome', '--outcome')),
      detail: optional(options, 'detail') ?? '',
      ...(toolVersion === undefined ? {} : { toolVersion }),
      ...(signatures === undefined ? {} : { signaturesAt: parseTime(signatures) }),
    });
    return {
      json: attachment,
      text: [`attached ${attachment.id}: ${attachment.file?.digest ?? 'no file'}`],
      exit: attachment.outcome === 'infected' ? 1 : 0,
    };
  });

  const listCommand = evidence
    .command('list')
    .description('what others found about an import or a release')
    .argument('<import-id|model@version>');
  act(listCommand, async (invocation, [subject = '']) => {
    const rows = await invocation.call('evidence.list', { of: subjectOf(subject) });
    const cells = rows.map((row) => [
      row.at,
      row.outcome,
      toVisibleText([row.tool, row.toolVersion].filter((part) => part !== null).join(' ')),
      row.signaturesAt === null ? 'signatures of unknown age' : `signatures of ${row.signaturesAt}`,
      toVisibleText(row.detail),
    ]);
    return { json: rows, text: rows.length === 0 ? ['nothing is attached'] : table(cells) };
  });
}

function subjectOf(text: string): EvidenceSubject {
  return text.includes('@') ? { release: parseRelease(text) } : { import: text };
}

function outcomeOf(text: string): 'clean' | 'infected' | 'unknown' {
  if (text === 'clean' || text === 'infected' || text === 'unknown') return text;
  throw new AppError('USAGE', `${text} is no outcome.`, { expected: 'clean, infected or unknown' });
}
