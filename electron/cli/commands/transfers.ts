import type { Command } from 'commander';
import type { CustodyEvent, ReRequest, Transfer, TransferDetail } from '#shared/contract/transfers.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError } from '#engine/core/app-error.ts';
import { required } from '../arguments.ts';
import type { Act } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { describeSigner } from '../report.ts';
import { table } from '../terminal.ts';

/** `transfers` and what belongs to one: its way, and evidence beside it. */
export function transferCommands(program: Command, act: Act): void {
  const transfers = program.command('transfers').description('sets that left or arrived');
  act(transfers, async (invocation) => {
    const rows = await invocation.call('transfers.list', {});
    const cells = rows.map((row) => [
      row.direction,
      row.setId,
      row.site,
      String(row.sequence),
      row.at,
      formatBytes(row.payloadBytes),
      row.releases.map((release) => `${release.model}@${release.version}`).join(', '),
    ]);
    return {
      json: rows,
      text: table([['', 'set', 'site', 'number', 'when', 'payload', 'releases'], ...cells]),
    };
  });

  act(
    transfers.command('show').description('who had its media when, and its evidence').argument('<set-id>'),
    async (invocation, [id = '']) => {
      const { setId, direction } = await findTransfer(invocation, id);
      const detail = await invocation.call('transfers.get', { setId, direction });
      return { json: detail, text: describeTransfer(detail) };
    },
  );

  const attach = transfers
    .command('attach')
    .description('keep a file, e.g. a kiosk report, as evidence beside a set')
    .argument('<set-id>')
    .argument('<file>')
    .requiredOption('--note <text>', 'what it is');
  act(attach, async (invocation, [id = '', file = ''], options) => {
    const { setId, direction } = await findTransfer(invocation, id);
    const note = required(options, 'note', '--note');
    const source = invocation.locate(file);
    const detail = await invocation.call('transfers.attach', { setId, direction, source, note });
    return { json: detail, text: describeTransfer(detail) };
  });
}

/** A set's id from its beginning, as folders and messages show it. Throws USAGE when no set or several begin so. */
export async function fullSetId(invocation: Invocation, start: string): Promise<string> {
  if (/^[0-9a-f]{32}$/.test(start)) return start;
  return (await findTransfer(invocation, start)).setId;
}

async function findTransfer(invocation: Invocation, start: string): Promise<Transfer> {
  const rows = await invocation.call('transfers.list', {});
  const found = rows.filter(({ setId }) => start.length >= 8 && setId.startsWith(start));
  const [only] = found;
  if (only !== undefined && new Set(found.map(({ setId }) => setId)).size === 1) return only;
  throw new AppError('USAGE', `${start} names no set on record.`, {
    next: 'Give the whole id, or at least its first 8 digits: sallyport transfers lists them.',
  });
}

/** The custody log, one line an entry. */
export function describeCustody(custody: readonly CustodyEvent[]): string[] {
  return custody.map(({ at, event, volume, by, site, to, medium, note, readBack }) =>
    [
      `  ${at}  ${event}`,
      volume === null ? 'all volumes' : `volume ${volume}`,
      ...(medium === null
        ? []
        : [toVisibleText(`on ${medium.label}${medium.serial === null ? '' : ` (${medium.serial})`}`)]),
      ...(readBack === null
        ? []
        : [`read back ${readBack === 'direct' ? 'past' : 'through'} the page cache`]),
      toVisibleText(`by ${by} of ${site}`),
      ...(to === null ? [] : [toVisibleText(`to ${to}`)]),
      ...(note === null ? [] : [toVisibleText(`"${note}"`)]),
    ].join('  '),
  );
}

function describeTransfer(detail: TransferDetail): string[] {
  const releases = detail.releases.map(({ model, version }) => `${model}@${version}`).join(', ');
  return [
    `set ${detail.setId}, number ${detail.sequence} of ${detail.site}, ${detail.direction}: ${releases}`,
    ...describeCustody(detail.custody),
    ...detail.evidence.map(
      ({ name, digest, attachedBy, note }) =>
        `  evidence  ${toVisibleText(name)}  ${digest}  by ${toVisibleText(attachedBy)}  "${toVisibleText(note)}"`,
    ),
  ];
}

/** What is asked for again. */
export function describeRequest(request: ReRequest): string[] {
  return [
    `re-request ${request.id} of ${request.site} about set ${request.setId} of ${request.origin}: ${formatBytes(request.bytes)}`,
    `signature ${request.signature}: ${describeSigner(request.signer)}`,
    ...request.needs.map(({ blob, names, ranges }) => {
      const what = names.length === 0 ? blob : names.map(toVisibleText).join(', ');
      return `  ${what}  ${ranges.map(({ start, end }) => `bytes ${start}-${end}`).join(', ')}`;
    }),
    ...describeReturned(request),
  ];
}

/** That a document told more about the way of sets than was known here. */
export function describeReturned({ custodyAdded }: Pick<ReRequest, 'custodyAdded'>): string[] {
  return custodyAdded === 0
    ? []
    : [`${formatNoun(custodyAdded, 'custody entry', 'custody entries')} came back with it, on record now`];
}
