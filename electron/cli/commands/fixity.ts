import type { Command } from 'commander';
import type { FixityStatus, RepairReport } from '#shared/contract/fixity.ts';
import type { FixityReport } from '#shared/contract/jobs.ts';
import { formatBytes, formatNoun, formatRate } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError } from '#engine/core/app-error.ts';
import { list, optional, parseRelease, parseSize, required } from '../arguments.ts';
import type { Act, Answer } from '../command.ts';
import { followJob } from '../follow-job.ts';
import type { Invocation } from '../invocation.ts';
import { describeCheck } from '../report.ts';
import { table } from '../terminal.ts';
import { answerOf } from './deploy.ts';

type Options = Record<string, unknown>;

/** What `--slow` holds reading to: a disk at rest for other work most of the time. */
const SLOW_BYTES_PER_SECOND = 20_000_000;

/** `fixity`: re-reading of stored blobs, its schedule, what it found, and repair; with `--to` what servers hold. */
export function fixityCommands(program: Command, act: Act): void {
  const fixity = program
    .command('fixity')
    .description('re-read stored blobs, or with --to what servers hold, and compare')
    .argument('[model@version]')
    .option('--to <server...>', 'have servers hash what they hold')
    .option('--due', 'only what was last read longer ago than --every allows')
    .option('--rate <bytes>', 'read at most so many bytes a second, e.g. 50M', parseSize)
    .option('--slow', 'the same as --rate 20M')
    .option('--status', 'what was last read when, and what is damaged; reads nothing')
    .option('--every <days>', 'what is due: blobs last read so many days ago, or `never`; needs --reason')
    .option('--reason <text>', 'why the settings change')
    .option('--repair-from <path...>', 'make damaged blobs whole again from there')
    .option('--repair-from-server <name>', 'the same from a server that was sent them');
  act(fixity, async (invocation, [name], options) => {
    const servers = list(options, 'to');
    if (servers.length > 0) {
      const started = await invocation.call('deploy.fixity', { servers });
      return answerOf((await followJob(invocation, 'server-fixity', started)).servers);
    }
    if (options['every'] !== undefined) return await configure(invocation, options);
    if (options['status'] === true) return describeStatus(await invocation.call('fixity.status', {}));
    const places = list(options, 'repairFrom');
    const server = optional(options, 'repairFromServer');
    if (places.length > 0 || server !== undefined) return await repair(invocation, places, server);
    return await check(invocation, name, options);
  });
}

async function check(invocation: Invocation, name: string | undefined, options: Options): Promise<Answer> {
  const rate = rateOf(options);
  const started = await invocation.call('fixity.start', {
    ...(name === undefined ? {} : { release: parseRelease(name) }),
    due: options['due'] === true,
    ...(rate === null ? {} : { bytesPerSecond: rate }),
  });
  const report: FixityReport = await followJob(invocation, 'fixity', started);
  const { ok, filesChecked, bytesChecked, seconds, checks } = report;
  return {
    json: report,
    text: [
      `${ok ? 'as stored' : 'DAMAGED'}: ${filesChecked} files, ${bytesChecked} bytes in ${seconds.toFixed(1)} s`,
      ...checks.flatMap(describeCheck),
    ],
    exit: ok ? 0 : 1,
  };
}

async function configure(invocation: Invocation, options: Options): Promise<Answer> {
  const every = required(options, 'every', '--every');
  const days = every === 'never' ? null : Number(every);
  if (days !== null && !Number.isInteger(days))
    throw new AppError('USAGE', `--every takes a number of days or "never", not ${every}.`);
  const reason = required(options, 'reason', '--reason');
  const settings = { everyDays: days, bytesPerSecond: rateOf(options), reason };
  return describeStatus(await invocation.call('fixity.configure', settings));
}

async function repair(
  invocation: Invocation,
  places: readonly string[],
  server: string | undefined,
): Promise<Answer> {
  if (places.length > 0 && server !== undefined)
    throw new AppError('USAGE', 'Name places or a server to repair from, not both.');
  const from =
    server === undefined ? { sources: places.map((place) => invocation.locate(place)) } : { server };
  const started = await invocation.call('fixity.repair', { from });
  const report: RepairReport = await followJob(invocation, 'repair', started);
  const done = report.blobs.filter(({ repaired }) => repaired).length;
  const what =
    report.blobs.length === 0
      ? 'nothing is known to be damaged; fixity finds out'
      : `${done} of ${formatNoun(report.blobs.length, 'blob')} repaired, ${formatBytes(report.bytesRead)} read`;
  return { json: report, text: [what, ...report.checks.flatMap(describeCheck)], exit: report.ok ? 0 : 1 };
}

/** null: none was asked for. */
function rateOf(options: Options): number | null {
  const rate = options['rate'];
  if (typeof rate === 'number') return rate;
  return options['slow'] === true ? SLOW_BYTES_PER_SECOND : null;
}

function describeStatus(status: FixityStatus): Answer {
  const { settings, power, due, releases, damaged } = status;
  const every = settings.everyDays === null ? 'only when asked' : `every ${settings.everyDays} days`;
  const rate = status.bytesPerSecond === null ? 'as fast as it goes' : formatRate(status.bytesPerSecond);
  const rows = releases.map((release) => [
    `${release.model}@${release.version}`,
    formatBytes(release.sizeBytes),
    release.oldestReadAt ?? `${formatNoun(release.neverRead, 'blob')} never read`,
    release.isDue ? 'due' : '',
    release.damaged === 0 ? '' : `${formatNoun(release.damaged, 'blob')} DAMAGED`,
  ]);
  return {
    json: status,
    text: [
      `read ${every}, ${rate}${power === 'battery' ? ' (on battery)' : ''}; ${formatNoun(due.blobs, 'blob')} due, ${formatBytes(due.sizeBytes)}`,
      ...(rows.length === 0 ? [] : table([['release', 'size', 'oldest reading', '', ''], ...rows])),
      ...damaged.flatMap((blob) => [
        `${blob.what}  ${blob.digest}  found ${blob.foundAt}`,
        ...blob.ranges.map(({ start, end }) => `  bytes ${start}-${end}`),
        ...blob.files.map((file) => `  ${toVisibleText(file)}`),
        ...(blob.servers.length === 0 ? [] : [`  was sent to ${blob.servers.join(', ')}`]),
      ]),
    ],
    exit: damaged.length === 0 ? 0 : 1,
  };
}
