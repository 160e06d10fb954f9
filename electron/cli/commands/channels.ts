import type { Command } from 'commander';
import type { Pin } from '#shared/contract/releases.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { parseTime, required } from '../arguments.ts';
import type { Act } from '../command.ts';
import { table } from '../terminal.ts';

/** `pin`, `channels`, `as-of`. */
export function channelCommands(program: Command, act: Act): void {
  const pin = program
    .command('pin')
    .description('point a channel at a release')
    .argument('<model>')
    .argument('<channel>')
    .argument('<version>')
    .requiredOption('--reason <text>', 'why');
  act(pin, async (invocation, [model = '', channel = '', version = ''], options) => {
    const reason = required(options, 'reason', '--reason');
    const made = await invocation.call('channels.pin', { model, channel, version, reason });
    return { json: made, text: [describePin(made)] };
  });

  const channels = program.command('channels').description('channels and their history').argument('<model>');
  act(channels, async (invocation, [model = '']) => {
    const rows = await invocation.call('channels.list', { model });
    return {
      json: rows,
      text: rows.flatMap(({ channel, history }) => [
        channel,
        ...table(history.map((made) => [`  ${made.at}`, made.version, made.by, toVisibleText(made.reason)])),
      ]),
    };
  });

  const asOf = program
    .command('as-of')
    .description('what a channel pointed at, at a moment')
    .argument('<model>')
    .argument('<channel>')
    .argument('<time>');
  act(asOf, async (invocation, [model = '', channel = '', time = '']) => {
    const at = parseTime(time);
    const made = await invocation.call('channels.asOf', { model, channel, at });
    return { json: made, text: [made === null ? `${model} had no ${channel} at ${at}` : describePin(made)] };
  });
}

function describePin(pin: Pin): string {
  const release = `${pin.model} ${pin.channel} -> ${pin.version}  ${pin.manifestDigest}`;
  return `${release}  since ${pin.at} by ${pin.by}: ${toVisibleText(pin.reason)}`;
}
