import type { Command } from 'commander';
import type { ExportSubject } from '#shared/contract/evidence-document.ts';
import type { EvidenceSubject } from '#shared/contract/policy.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError } from '#engine/core/app-error.ts';
import { optional, parseRelease, parseTime, required } from '../arguments.ts';
import type { Act } from '../command.ts';
import { exitOfVerdict } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { describeCheck } from '../report.ts';
import { table } from '../terminal.ts';

/** `evidence …`: what others found, kept; and all of it as a file that can be checked elsewhere. */
export function evidenceCommands(program: Command, act: Act): void {
  const evidence = program.command('evidence').description('reports of others, and evidence as a file');

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

  const exportCommand = evidence
    .command('export')
    .description(
      'everything needed to check the evidence again elsewhere, as JSON; a PDF is printed by the window',
    )
    .argument('<import-id|model@version|set-id>')
    .requiredOption('--out <file>', 'the file to write, or a folder');
  act(exportCommand, async (invocation, [subject = ''], options) => {
    const out = required(options, 'out', '--out');
    if (/\.pdf$/i.test(out)) {
      throw new AppError(
        'USAGE',
        'A PDF is laid out by the browser engine of the window, which the command line lacks.',
        {
          next: 'Name a .json file here, or open the evidence in the window and choose Export as PDF.',
        },
      );
    }
    const of = await exportSubjectOf(invocation, subject);
    const written = await invocation.call('evidence.export', { of, target: invocation.locate(out) });
    return {
      json: written,
      text: [`${written.file}: ${formatBytes(written.sizeBytes)}, ${written.digest}`],
    };
  });

  const checkCommand = evidence
    .command('check')
    .description('check exported evidence with nothing but itself and the key of the site that made it')
    .argument('<file>')
    .option('--log-key <key>', 'the key of that site’s log, as its audit proofs name it');
  act(checkCommand, async (invocation, [file = ''], options) => {
    const logKey = optional(options, 'logKey');
    const result = await invocation.call('evidence.check', {
      source: invocation.locate(file),
      ...(logKey === undefined ? {} : { logKey }),
    });
    const { subject, verdict, checks } = result;
    return {
      json: result,
      text: [
        `${verdict.toUpperCase()}  evidence of ${subject.kind} ${toVisibleText(subject.name)}`,
        ...checks.flatMap(describeCheck),
      ],
      exit: exitOfVerdict(verdict),
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

/** A set is named by its id, or by as much of it as no other set begins with. */
async function exportSubjectOf(invocation: Invocation, text: string): Promise<ExportSubject> {
  if (!/^[0-9a-f]{8,32}$/.test(text)) return subjectOf(text);
  const sets = await invocation.call('transfers.list', {});
  const [found, ...others] = sets.filter(({ setId }) => setId.startsWith(text));
  if (found === undefined) throw new AppError('NOT-FOUND', `No set ${text} is on record here.`);
  if (others.some(({ setId }) => setId !== found.setId)) {
    throw new AppError('USAGE', `Several sets begin with ${text}.`, {
      items: [found, ...others].map(({ setId }) => setId),
    });
  }
  return { set: { setId: found.setId, direction: found.direction } };
}

function subjectOf(text: string): EvidenceSubject {
  return text.includes('@') ? { release: parseRelease(text) } : { import: text };
}

function outcomeOf(text: string): 'clean' | 'infected' | 'unknown' {
  if (text === 'clean' || text === 'infected' || text === 'unknown') return text;
  throw new AppError('USAGE', `${text} is no outcome.`, { expected: 'clean, infected or unknown' });
}
