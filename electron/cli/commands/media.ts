import type { Command } from 'commander';
import type { MediumDetail } from '#shared/contract/transfers.ts';
import { formatBytes, formatRate } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { required } from '../arguments.ts';
import type { Act } from '../command.ts';
import { table } from '../terminal.ts';

/** `media …`: the register of media. */
export function mediaCommands(program: Command, act: Act): void {
  const media = program.command('media').description('the register of media that were seen here');

  act(media.command('list').description('last seen first'), async (invocation) => {
    const rows = await invocation.call('media.register', {});
    const cells = rows.map((row) => [
      row.id,
      row.serial,
      row.label,
      formatBytes(row.sizeBytes),
      row.owner ?? '-',
      row.holder ?? '-',
      row.lastSeenAt,
    ]);
    const heading = ['medium', 'serial', 'label', 'size', 'owner', 'holder', 'last seen'];
    return {
      json: rows,
      text: table([heading, ...cells].map((row) => row.map(toVisibleText))),
    };
  });

  act(
    media.command('show').description('all that was done with a medium').argument('<medium-id>'),
    async (invocation, [id = '']) => {
      const medium = await invocation.call('media.medium', { id });
      return { json: medium, text: describe(medium) };
    },
  );

  const owner = media
    .command('owner')
    .description('enter whose medium it is')
    .argument('<medium-id>')
    .argument('<owner>')
    .requiredOption('--reason <text>', 'why');
  act(owner, async (invocation, [id = '', name = ''], options) => {
    const reason = required(options, 'reason', '--reason');
    const medium = await invocation.call('media.setOwner', { id, owner: name, reason });
    return { json: medium, text: describe(medium) };
  });

  const handover = media
    .command('handover')
    .description('record to whom a medium went')
    .argument('<medium-id>')
    .requiredOption('--to <who>', 'who has it now')
    .requiredOption('--reason <text>', 'why');
  act(handover, async (invocation, [id = ''], options) => {
    const reason = required(options, 'reason', '--reason');
    const medium = await invocation.call('media.handOver', {
      id,
      to: required(options, 'to', '--to'),
      reason,
    });
    return { json: medium, text: describe(medium) };
  });

  const sanitise = media
    .command('sanitise')
    .description('record that a medium was sanitised')
    .argument('<medium-id>')
    .requiredOption('--method <text>', 'how, e.g. blkdiscard, shredded')
    .requiredOption('--reason <text>', 'why');
  act(sanitise, async (invocation, [id = ''], options) => {
    const method = required(options, 'method', '--method');
    const reason = required(options, 'reason', '--reason');
    const medium = await invocation.call('media.sanitise', { id, method, reason });
    return { json: medium, text: describe(medium) };
  });
}

function describe(medium: MediumDetail): string[] {
  const line = `${medium.id}  serial ${medium.serial}  ${medium.label}  ${medium.fileSystem}  ${formatBytes(medium.sizeBytes)}`;
  return [
    toVisibleText(line),
    toVisibleText(`owner ${medium.owner ?? 'not entered'}, holder ${medium.holder ?? 'not entered'}`),
    `first seen ${medium.firstSeenAt}, last ${medium.lastSeenAt}, sanitised ${medium.sanitisedAt ?? 'never'}`,
    `writes ${formatRate(medium.writeBytesPerSecond)}, reads ${formatRate(medium.readBytesPerSecond)}`,
    ...medium.history.map(({ at, what, by, detail, setId, reason }) =>
      toVisibleText(
        `  ${at}  ${what}  ${detail}${setId === null ? '' : `  set ${setId.slice(0, 8)}`}  by ${by}${reason === '' ? '' : `  "${reason}"`}`,
      ),
    ),
  ];
}
