import type { Command } from 'commander';
import { jobResults } from '#shared/contract/jobs.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { optional } from '../arguments.ts';
import { followWithMedia } from '../ask-for-media.ts';
import type { Act } from '../command.ts';
import { describeCheck } from '../report.ts';
import { table } from '../terminal.ts';

/** `jobs …`, `gc`, `doctor`, `site`, `volumes`. */
export function upkeepCommands(program: Command, act: Act): void {
  jobCommands(program, act);

  const gc = program
    .command('gc')
    .description('remove blobs that nothing needs')
    .option('--dry-run', 'say what would go and why the rest stays');
  act(gc, async (invocation, _args, options) => {
    const report = await invocation.call('gc.run', { dryRun: options['dryRun'] === true });
    const verb = report.dryRun ? 'would be removed' : 'removed';
    const what = `${formatNoun(report.removed.length, 'blob')} ${verb}, ${formatBytes(report.bytesFreed)}; ${report.kept} kept`;
    const kept = report.dryRun ? report.keptItems : [];
    return {
      json: report,
      text: [
        what,
        ...report.removed.map((item) => `  goes   ${item.digest}`),
        ...report.setAside.map((item) =>
          item.keptBecause === null
            ? `  goes   ${item.digest}  damaged copy`
            : `  stays  ${item.digest}  ${item.keptBecause}`,
        ),
        ...kept.map((item) => `  stays  ${item.digest}  ${item.keptBecause ?? ''}`),
      ],
    };
  });

  act(program.command('doctor').description('check this home and this machine'), async (invocation) => {
    const report = await invocation.call('system.doctor', {});
    return {
      json: report,
      text: [
        ...report.checks.flatMap(describeCheck),
        ...table([
          ['hash', 'backend', 'correct', 'MB/s', ''],
          ...report.hashBackends.map((row) => [
            row.algorithm,
            row.backend,
            row.correct ? 'yes' : 'NO',
            row.megabytesPerSecond === null ? '-' : row.megabytesPerSecond.toFixed(0),
            row.chosen ? 'used' : '',
          ]),
        ]),
      ],
      exit: report.ok ? 0 : 1,
    };
  });

  const site = program
    .command('site')
    .description('the name of this site, or give it one')
    .argument('[name]');
  act(site, async (invocation, [name]) => {
    const info =
      name === undefined
        ? await invocation.call('site.info', {})
        : await invocation.call('site.rename', { site: name });
    return { json: info, text: [`${info.site}  Sallyport ${info.version}`] };
  });

  act(program.command('volumes').description('removable media and what lies on them'), async (invocation) => {
    const volumes = await invocation.call('media.volumes', {});
    const rows = volumes.map((volume) => [
      volume.label,
      volume.device,
      volume.fileSystem,
      volume.freeBytes === null ? '-' : `${formatBytes(volume.freeBytes)} free`,
      volume.readOnly ? 'read-only' : 'writable',
      volume.state,
    ]);
    return { json: volumes, text: rows.length === 0 ? ['no removable volume is attached'] : table(rows) };
  });
}

function jobCommands(program: Command, act: Act): void {
  const jobs = program.command('jobs').description('long work');

  act(jobs.command('list').description('newest first'), async (invocation) => {
    const rows = await invocation.call('jobs.list', {});
    const cells = rows.map((job) => [
      job.id,
      job.state,
      job.title,
      job.startedAt,
      job.failure === null ? '' : job.failure.code,
      job.left === null ? '' : `left: ${formatNoun(job.left.files, 'file')}, ${formatBytes(job.left.bytes)}`,
    ]);
    return { json: rows, text: table(cells) };
  });

  const resume = jobs
    .command('resume')
    .description('go on with a job that waits or was interrupted')
    .argument('<job-id>')
    .option('--source <path>', 'the medium it waits for, or where what it reads lies now');
  act(resume, async (invocation, [id = ''], options) => {
    const source = optional(options, 'source');
    const moved = source === undefined ? {} : { source: invocation.locate(source) };
    const job = await invocation.call('jobs.resume', { id, ...moved });
    const result = await followWithMedia(invocation, job.kind, { jobId: id });
    return { json: jobResults[job.kind].parse(result), text: [`${job.title}: done`] };
  });

  const cancel = jobs
    .command('cancel')
    .description('stop a job that is waiting or under way')
    .argument('<job-id>');
  act(cancel, async (invocation, [id = '']) => {
    const job = await invocation.call('jobs.cancel', { id });
    return { json: job, text: [`${job.title}: ${job.state}. ${job.onCancel}`] };
  });
}
