import type { Command } from 'commander';
import type { ServerOutcome } from '#shared/contract/fleet.ts';
import { optional, list, parseRelease, required } from '../arguments.ts';
import { exitOfOutcomes } from '../exit-code.ts';
import { followJob } from '../follow-job.ts';
import type { Act, Answer } from '../command.ts';
import { describeOutcomes } from '../report.ts';
import { table } from '../terminal.ts';

/** `push`, `activate`, `rollback`, `status`. */
export function deployCommands(program: Command, act: Act): void {
  const push = program
    .command('push')
    .description('send a release to servers; nothing goes live')
    .argument('<model@version>')
    .requiredOption('--to <server...>', 'servers');
  act(push, async (invocation, [name = ''], options) => {
    const started = await invocation.call('deploy.push', {
      ...parseRelease(name),
      servers: list(options, 'to'),
    });
    return answerOf((await followJob(invocation, 'push', started)).servers);
  });

  const activate = program
    .command('activate')
    .description('put what a channel pins live on servers')
    .argument('<model>')
    .argument('<channel>')
    .requiredOption('--to <server...>', 'servers');
  act(activate, async (invocation, [model = '', channel = ''], options) => {
    const started = await invocation.call('deploy.activate', {
      model,
      channel,
      servers: list(options, 'to'),
    });
    return answerOf((await followJob(invocation, 'activate', started)).servers);
  });

  const rollback = program
    .command('rollback')
    .description('go back to the last release that was live and healthy, or to --version')
    .argument('<model>')
    .argument('<channel>')
    .requiredOption('--to <server...>', 'servers')
    .requiredOption('--reason <text>', 'why')
    .option('--version <version>', 'where to go back to');
  act(rollback, async (invocation, [model = '', channel = ''], options) => {
    const version = optional(options, 'version');
    const started = await invocation.call('deploy.rollback', {
      model,
      channel,
      servers: list(options, 'to'),
      reason: required(options, 'reason', '--reason'),
      ...(version === undefined ? {} : { version }),
    });
    return answerOf((await followJob(invocation, 'rollback', started)).servers);
  });

  act(
    program.command('status').description('which server runs what, and is it what the pin says'),
    async (invocation) => {
      const rows = await invocation.call('deploy.status', {});
      return {
        json: rows,
        text: table([
          ['server', 'model', 'channel', 'live', 'pinned', 'as pinned', 'proven'],
          ...rows.map((row) => [
            row.server,
            row.model,
            row.channel,
            row.live?.version ?? '-',
            row.pinned?.version ?? '-',
            row.matchesPin ? 'yes' : 'NO',
            row.provenAt ?? 'never',
          ]),
        ]),
        exit: rows.every((row) => row.matchesPin) ? 0 : 1,
      };
    },
  );
}

/** What happened on servers, as an answer. */
export function answerOf(servers: readonly ServerOutcome[]): Answer {
  return { json: { servers }, text: describeOutcomes(servers), exit: exitOfOutcomes(servers) };
}
