import type { Command } from 'commander';
import type { CallInput } from '#shared/contract/calls.ts';
import type { JobResult } from '#shared/contract/jobs.ts';
import type { SetPlan } from '#shared/contract/transfers.ts';
import { formatBytes, formatNoun, formatRate } from '#shared/format/bytes.ts';
import { formatDuration } from '#shared/format/duration.ts';
import { AppError } from '#engine/core/app-error.ts';
import { collect, list, optional, parseRelease, parseSize } from '../arguments.ts';
import { followWithMedia } from '../ask-for-media.ts';
import type { Act } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../terminal.ts';

type Options = Readonly<Record<string, unknown>>;

/** `bundle plan` and `bundle create`: the same arguments, once without and once with writing. */
export function setWriteCommands(bundle: Command, act: Act): void {
  const plan = withTarget(bundle.command('plan'), 'what would go where, what is missing, how long it takes');
  act(plan, async (invocation, names, options) => {
    const planned = await invocation.call('bundles.plan', setToWrite(invocation, names, options));
    return { json: planned, text: describePlan(planned), exit: planned.missing === null ? 0 : 1 };
  });

  const create = withTarget(bundle.command('create'), 'write releases as a signed transfer set (needs --as)');
  act(create, async (invocation, names, options) => {
    const started = await invocation.call('bundles.create', setToWrite(invocation, names, options));
    const set = await followWithMedia(invocation, 'bundle-create', started);
    return { json: set, text: describeWritten(set) };
  });
}

function withTarget(command: Command, description: string): Command {
  return command
    .description(description)
    .argument('[model@version...]', 'may be left out with --for')
    .option('--out <dir>', 'one folder or volume to write to')
    .option(
      '--volume <dir[:size]>',
      'a volume and what the set may take there; give it once for each',
      collect,
    )
    .option('--volume-size <size>', 'image folders of this size below --out', parseSize)
    .option('--max-file <size>', 'largest file the medium takes, e.g. 4Gi for FAT32', parseSize)
    .option('--since <receipt>', 'leave out what this receipt says the other site holds')
    .option('--for <re-request>', 'only what this re-request asks for');
}

function setToWrite(
  { locate }: Invocation,
  names: readonly string[],
  options: Options,
): CallInput<'bundles.create'> {
  const out = optional(options, 'out');
  const volumes = list(options, 'volume').map((text) => parseVolume(text, locate));
  if ((out === undefined) === (volumes.length === 0)) throw new AppError('USAGE', 'Give --out or --volume.');
  const since = optional(options, 'since');
  const request = optional(options, 'for');
  const number = (name: string) => (typeof options[name] === 'number' ? options[name] : undefined);
  const volumeBytes = number('volumeSize');
  const maxFileBytes = number('maxFile');
  return {
    releases: names.map(parseRelease),
    ...(out === undefined ? { volumes } : { target: locate(out) }),
    ...(volumeBytes === undefined ? {} : { volumeBytes }),
    ...(maxFileBytes === undefined ? {} : { maxFileBytes }),
    ...(since === undefined ? {} : { since: locate(since) }),
    ...(request === undefined ? {} : { for: locate(request) }),
  };
}

/** `DIR` or `DIR:SIZE`; what follows the last colon counts only when it is a size. */
function parseVolume(text: string, locate: Invocation['locate']) {
  const at = text.lastIndexOf(':');
  const size = at > 0 && /^\d/.test(text.slice(at + 1)) ? text.slice(at + 1) : null;
  if (size === null) return { location: locate(text) };
  return { location: locate(text.slice(0, at)), capacityBytes: parseSize(size) };
}

function describePlan(plan: SetPlan): string[] {
  const rows = plan.volumes.map((volume) => [
    String(volume.number),
    volume.label,
    volume.fileSystem,
    formatBytes(volume.capacityBytes),
    formatBytes(volume.usedBytes),
    `${Math.round((100 * volume.usedBytes) / Math.max(1, volume.capacityBytes))} %`,
    formatNoun(volume.fileCount, 'file'),
    volume.seconds === null ? 'not known' : formatDuration(volume.seconds),
  ]);
  const { missing } = plan;
  const lacks =
    missing === null
      ? []
      : [
          `${formatBytes(missing.bytes)} fit nowhere`,
          ...missing.more.map(
            ({ capacityBytes, volumes }) => `  ${volumes} more of ${formatBytes(capacityBytes)} would do`,
          ),
        ];
  return [
    `${formatBytes(plan.payloadBytes)}, ${formatBytes(plan.bytesLeftOut)} left out`,
    ...table([['volume', 'label', 'file system', 'room', 'used', '', 'files', 'time'], ...rows]),
    ...lacks,
  ];
}

function describeWritten(set: JobResult<'bundle-create'>): string[] {
  const how = set.readBack === 'direct' ? 'past the page cache' : 'through the page cache';
  return [
    `set ${set.setId}, number ${set.sequence}: ${formatBytes(set.payloadBytes)}, ${formatBytes(set.bytesLeftOut)} left out`,
    ...set.volumes.map(
      ({ number, sizeBytes, label, writeBytesPerSecond, location }) =>
        `  volume ${number}  ${label}  ${formatBytes(sizeBytes)}  ${formatRate(writeBytesPerSecond)}  ${location.label}`,
    ),
    `flushed and read back ${how}: safe to remove`,
  ];
}
