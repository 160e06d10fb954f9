import type { Command } from 'commander';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { optional, parseCount } from '../arguments.ts';
import type { Act } from '../command.ts';
import { describeCheck } from '../report.ts';
import { table } from '../terminal.ts';

/** `audit list|verify|export|proof`. */
export function auditCommands(program: Command, act: Act): void {
  const audit = program.command('audit').description('the log of everything that was done');

  const list = audit
    .command('list')
    .description('newest first')
    .option('--limit <n>', 'how many', parseCount, 50)
    .option('--text <text>', 'only entries with this text');
  act(list, async (invocation, _args, options) => {
    const text = optional(options, 'text');
    const entries = await invocation.call('audit.list', {
      limit: Number(options['limit']),
      ...(text === undefined ? {} : { text }),
    });
    const rows = entries.map(({ index, body }) => [
      String(index),
      body.at,
      body.who,
      body.act,
      body.outcome,
      toVisibleText(body.object),
      body.reason === null ? '' : `"${toVisibleText(body.reason)}"`,
    ]);
    return { json: entries, text: table(rows) };
  });

  act(
    audit.command('verify').description('recompute the whole log and compare every row'),
    async (invocation) => {
      const result = await invocation.call('audit.verify', {});
      const verdict = result.ok ? `the log of ${result.head.size} entries holds` : 'THE LOG DOES NOT HOLD';
      return {
        json: result,
        text: [verdict, ...result.checks.flatMap(describeCheck)],
        exit: result.ok ? 0 : 1,
      };
    },
  );

  const exportCommand = audit
    .command('export')
    .description('write the log with its signed checkpoint')
    .argument('<folder>');
  act(exportCommand, async (invocation, [folder = '']) => {
    const result = await invocation.call('audit.export', { target: invocation.locate(folder) });
    return { json: result, text: [`${result.entries} entries in ${result.file}`] };
  });

  const proof = audit
    .command('proof')
    .description('inclusion proof of one entry, as JSON')
    .argument('<index>');
  act(proof, async (invocation, [index = '']) => {
    const result = await invocation.call('audit.proof', { index: Number(index) });
    return { json: result, text: [JSON.stringify(result, null, 2)] };
  });
}
