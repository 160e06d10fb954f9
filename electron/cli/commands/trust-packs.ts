import type { Command } from 'commander';
import type { CallOutput } from '#shared/contract/calls.ts';
import type {
  PackAnchorChange,
  PackChanges,
  PackQuorum,
  TrustPackDetail,
  TrustPackInspection,
} from '#shared/contract/trust-pack.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError } from '#engine/core/app-error.ts';
import { collect, list, optional, parseCount, required } from '../arguments.ts';
import type { Act } from '../command.ts';
import { describeCheck } from '../report.ts';
import { table } from '../terminal.ts';
import { describeAffected } from './revocations.ts';

/** `trust pack …`: anchors and revocations that come by media, signed. */
export function packCommands(trust: Command, act: Act): void {
  const pack = trust.command('pack').description('anchors and revocations that come by media, signed');
  const roots = [
    '--root <fingerprint>',
    'a root key’s fingerprint, as confirmed with its holder',
    collect,
  ] as const;

  const inspect = pack
    .command('inspect')
    .description('look at a pack; accepts nothing')
    .argument('<file>')
    .option(...roots);
  act(inspect, async (invocation, [file = ''], options) => {
    const found = await invocation.call('trust.pack.inspect', {
      source: invocation.locate(file),
      roots: list(options, 'root'),
    });
    return { json: found, text: describeInspection(found), exit: found.acceptable ? 0 : 1 };
  });

  const accept = pack
    .command('accept')
    .description('let a pack take the place of the one before')
    .argument('<file>')
    .option(...roots)
    .option('--older-reason <text>', 'why to go back to an older pack');
  act(accept, async (invocation, [file = ''], options) => {
    const olderReason = optional(options, 'olderReason');
    const accepted = await invocation.call('trust.pack.accept', {
      source: invocation.locate(file),
      roots: list(options, 'root'),
      ...(olderReason === undefined ? {} : { olderReason }),
    });
    return { json: accepted, text: [`accepted ${describePack(accepted)}`] };
  });

  const create = pack
    .command('create')
    .description('write this site’s anchors and revocations as a pack, signed by --as')
    .requiredOption('--out <place>', 'a folder, or the file to make')
    .option('--max-age-days <n>', 'how long its anchors count', parseCount, 365)
    .option('--root <key-file>', 'public key of a root holder; left out: the roots in force', collect)
    .option('--root-person <name>', 'a person of this site as root holder', collect)
    .option('--threshold <n>', 'how many roots have to sign', parseCount, 1);
  act(create, async (invocation, _args, options) => {
    const keys = list(options, 'root').map(invocation.locate);
    const people = list(options, 'rootPerson');
    const made = await invocation.call('trust.pack.create', {
      target: invocation.locate(required(options, 'out', '--out')),
      maxAgeDays: Number(options['maxAgeDays']),
      ...(keys.length + people.length === 0
        ? {}
        : { roots: { threshold: Number(options['threshold']), keys, people } }),
    });
    return {
      json: withoutHandle(made),
      text: [`wrote ${made.file}: ${describePack(made.pack)}`, signedLine(made)],
    };
  });

  const sign = pack.command('sign').description('add the signature of --as to a pack').argument('<file>');
  act(sign, async (invocation, [file = '']) => {
    const made = await invocation.call('trust.pack.sign', { source: invocation.locate(file) });
    return { json: withoutHandle(made), text: [signedLine(made)] };
  });

  const show = pack
    .command('show')
    .description('an accepted pack, and what it changed against the one before')
    .argument('<number>', 'the newest acceptance of that number');
  act(show, async (invocation, [number = '']) => {
    const rows = await invocation.call('trust.pack.list', {});
    const row = rows.find((each) => String(each.number) === number);
    if (row === undefined) throw new AppError('NOT-FOUND', `No trust pack ${number} was accepted.`);
    const { digest, acceptedAt } = row;
    const detail = await invocation.call('trust.pack.get', { digest, acceptedAt });
    return { json: detail, text: describeDetail(detail) };
  });

  act(pack.command('list').description('every pack that was accepted'), async (invocation) => {
    const rows = await invocation.call('trust.pack.list', {});
    const cells = rows.map((row) => [
      String(row.number),
      row.authority,
      row.createdAt,
      `${row.acceptedAt} by ${row.acceptedBy}`,
      formatNoun(row.anchors, 'anchor'),
      row.olderReason === null ? '' : `went back: ${toVisibleText(row.olderReason)}`,
    ]);
    return { json: rows, text: table([['pack', 'from', 'made', 'accepted', 'holds', ''], ...cells]) };
  });
}

/** Handles mean nothing outside this process. */
function withoutHandle({ location: _, ...made }: CallOutput<'trust.pack.sign'>) {
  return made;
}

/** A pack in a line. */
export function describePack(pack: NonNullable<TrustPackInspection['pack']>): string {
  const { authority, number, createdAt, anchors, revocations, expiresAt } = pack;
  const holds = `${formatNoun(anchors, 'anchor')}, ${formatNoun(revocations, 'revocation')}`;
  return `trust pack ${number} of ${authority}, made ${createdAt}, ${holds}, counts until ${expiresAt}`;
}

function signedLine({
  pack,
  signedBy,
}: Pick<TrustPackInspection, 'signedBy'> & { pack: NonNullable<TrustPackInspection['pack']> }): string {
  return `signed by ${signedBy.map(toVisibleText).join(', ')}; ${pack.roots.threshold} of ${pack.roots.keys.length} roots have to`;
}

function describeInspection({
  pack,
  acceptable,
  checks,
  quorums,
  changes,
  affects,
}: TrustPackInspection): string[] {
  const revokes = changes.revocations.some(({ change }) => change === 'added');
  return [
    pack === null ? 'no trust pack' : describePack(pack),
    ...quorums.flatMap(describeQuorum),
    ...checks.flatMap(describeCheck),
    ...describeChanges(changes),
    ...(revokes ? ['its new revocations hit here:', ...describeAffected(affects)] : []),
    acceptable ? 'It can be accepted.' : 'It would be refused.',
  ];
}

function describeQuorum({ roots, threshold, keys }: PackQuorum): string[] {
  const whose = roots === 'in-force' ? 'roots in force' : 'roots that it names';
  const signed = keys.filter((key) => key.signed).length;
  return [
    `${whose}: ${signed} of ${keys.length} signed, ${threshold} have to`,
    ...keys.map(({ name, fingerprint, signed: has }) => {
      return `  ${has ? 'signed    ' : 'not signed'}  ${toVisibleText(name)}  ${fingerprint}`;
    }),
  ];
}

function describeChanges({ anchors, kept, revocations, rootsChange }: PackChanges): string[] {
  const words = { added: 'adds    ', limited: 'limits  ', dropped: 'drops   ', 'left-out': 'leaves  ' };
  const lines = [
    ...anchors.map((anchor) => `  ${words[anchor.change]}${describeAnchor(anchor)}`),
    ...revocations.map(({ change, kind, value, reason }) => {
      const word = change === 'added' ? 'revokes ' : words[change];
      const stays = change === 'added' ? '' : ' (the revocation stays in force)';
      return `  ${word}${kind} ${toVisibleText(value)}: ${toVisibleText(reason)}${stays}`;
    }),
    ...(rootsChange ? ['  changes who the root holders are'] : []),
  ];
  return [...lines, `  keeps   ${formatNoun(kept, 'anchor')}`];
}

function describeAnchor({ owner, kind, fingerprint, models, before }: PackAnchorChange): string {
  const now = models.join(', ');
  const limits = before === null ? now : `${before.models.join(', ')} -> ${now}`;
  return `anchor of ${toVisibleText(owner)} (${kind} ${toVisibleText(fingerprint)}) for ${limits}`;
}

function describeDetail({ pack, before, quorums, changes }: TrustPackDetail): string[] {
  return [
    describePack(pack),
    `accepted ${pack.acceptedAt} by ${pack.acceptedBy}`,
    ...(pack.olderReason === null ? [] : [`went back: ${toVisibleText(pack.olderReason)}`]),
    ...quorums.flatMap(describeQuorum),
    before === null ? 'the first pack' : `against trust pack ${before.number}:`,
    ...describeChanges(changes),
  ];
}
