import type { Command } from 'commander';
import type { Medium, MediumDetail } from '#shared/contract/transfers.ts';
import { formatBytes, formatRate } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { required } from '../arguments.ts';
import type { Act, Answer } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../terminal.ts';

/** `media …`: the register of media. */
export function mediaCommands(program: Command, act: Act): void {
  const media = program.command('media').description('the register of media that were seen here');

  act(media.command('list').description('last seen first'), async (invocation) => {
    const rows = await invocation.call('media.register', {});
    const cells = rows.map((row) => [
      row.id,
      describeIdentity(row),
      row.label,
      formatBytes(row.sizeBytes),
      row.owner ?? '-',
      row.holder ?? '-',
      row.lastSeenAt,
    ]);
    const heading = ['medium', 'known by', 'label', 'size', 'owner', 'holder', 'last seen'];
    return { json: rows, text: table([heading, ...cells].map((row) => row.map(toVisibleText))) };
  });

  act(
    media.command('show').description('all that was done with a medium').argument('<medium-id>'),
    async (invocation, [id = '']) => answer(await invocation.call('media.medium', { id })),
  );

  const owner = media.command('owner').description('enter whose medium it is');
  recorded(
    owner.argument('<medium-id>').argument('<owner>'),
    act,
    (invocation, [id = '', name = ''], reason) =>
      invocation.call('media.setOwner', { id, owner: name, reason }),
  );

  const handover = media.command('handover').description('record to whom a medium went');
  recorded(
    handover.argument('<medium-id>').requiredOption('--to <who>', 'who has it now'),
    act,
    (invocation, [id = ''], reason, options) =>
      invocation.call('media.handOver', { id, to: required(options, 'to', '--to'), reason }),
  );

  const sanitise = media.command('sanitise').description('record that a medium was sanitised');
  recorded(
    sanitise.argument('<medium-id>').requiredOption('--method <text>', 'how, e.g. blkdiscard, shredded'),
    act,
    (invocation, [id = ''], reason, options) =>
      invocation.call('media.sanitise', { id, method: required(options, 'method', '--method'), reason }),
  );
}

/** A command that puts something about a medium on record, with a reason, and shows what is known of it then. */
function recorded(
  command: Command,
  act: Act,
  record: (
    invocation: Invocation,
    args: string[],
    reason: string,
    options: Readonly<Record<string, unknown>>,
  ) => Promise<MediumDetail>,
): void {
  act(command.requiredOption('--reason <text>', 'why'), async (invocation, args, options) =>
    answer(await record(invocation, args, required(options, 'reason', '--reason'), options)),
  );
}

function answer(medium: MediumDetail): Answer {
  return { json: medium, text: describe(medium) };
}

/** A serial number as it is; what stands in for one, said so. */
function describeIdentity({ knownBy, knownAs }: Medium): string {
  if (knownBy === 'serial') return knownAs;
  return knownBy === 'file-system' ? `file system ${knownAs}` : 'label and size';
}

function describe(medium: MediumDetail): string[] {
  const line = `${medium.id}  known by ${describeIdentity(medium)}  ${medium.label}  ${medium.fileSystem}  ${formatBytes(medium.sizeBytes)}`;
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
