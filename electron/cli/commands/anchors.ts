import type { Command } from 'commander';
import { type Anchor, type AnchorCandidate, AnchorPurpose } from '#shared/contract/trust.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { groupFingerprint } from '#shared/format/digest.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError } from '#engine/core/app-error.ts';
import { collect, list, optional, parseTime, required } from '../arguments.ts';
import type { Act } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../terminal.ts';

/** `anchors …`: whose signatures count, for which models, and how sure that is. */
export function anchorCommands(program: Command, act: Act): void {
  const anchors = program.command('anchors').description('whose signatures count, for which models');
  addCommand(anchors, act);
  listCommands(anchors, act);
  refreshCommand(anchors, act);
  limitCommand(anchors, act);
  endCommands(anchors, act);
}

/** A fingerprint in groups, as people compare it. */
export function groupedFingerprint(fingerprint: string): string {
  const { kind, groups } = groupFingerprint(fingerprint);
  return `${kind}:${groups.join(' ')}`;
}

function addCommand(anchors: Command, act: Act): void {
  const add = anchors
    .command('add')
    .description(
      'accept a key, a certificate authority or an identity; without --fingerprint it only shows the file',
    )
    .argument('<file>', 'OpenSSH lines, allowed_signers, minisign, signify, PEM, OpenPGP or a trusted root')
    .option('--fingerprint <text>', 'the fingerprint, as confirmed with its owner')
    .option('--owner <text>', 'whose it is')
    .option('--models <glob>', 'models it may sign for, e.g. silero-*', collect)
    .option('--format <id>', 'a format it may sign in; left out: any', collect)
    .option('--purpose <name>', `what it may sign: ${AnchorPurpose.options.join(', ')}`, collect)
    .option('--expires <time>', 'from then on it no longer counts')
    .option('--identity <text>', 'for a trusted root: who has to have signed in')
    .option('--issuer <url>', 'for a trusted root: where');
  act(add, async (invocation, [file = ''], options) => {
    const source = invocation.locate(file);
    const fingerprint = optional(options, 'fingerprint');
    if (fingerprint === undefined) {
      const found = await invocation.call('anchors.inspect', { source });
      return {
        json: found,
        text: [
          `${formatNoun(found.length, 'key')} found; nothing was accepted`,
          ...found.map(describeCandidate),
          'Compare with what the owner told you, then add it with --fingerprint.',
        ],
      };
    }
    const models = list(options, 'models');
    if (models.length === 0)
      throw new AppError('USAGE', '--models is missing.', { expected: 'e.g. --models "silero-*"' });
    const purposes = list(options, 'purpose').map(parsePurpose);
    const [expires, identity, issuer] = ['expires', 'identity', 'issuer'].map((name) =>
      optional(options, name),
    );
    const anchor = await invocation.call('anchors.add', {
      source,
      fingerprint,
      owner: required(options, 'owner', '--owner'),
      models,
      formats: list(options, 'format'),
      ...(purposes.length === 0 ? {} : { purposes }),
      ...(expires === undefined ? {} : { expiresAt: parseTime(expires) }),
      ...(identity === undefined ? {} : { identity }),
      ...(issuer === undefined ? {} : { issuer }),
    });
    return {
      json: anchor,
      text: [
        `anchor ${anchor.id}: ${anchor.owner} may sign ${anchor.purposes.join(', ')} for ${anchor.models.join(', ')}`,
      ],
    };
  });
}

function describeCandidate({ keyType, fingerprint, comment, validUntil }: AnchorCandidate): string {
  const until = validUntil === null ? '' : `  until ${validUntil}`;
  return `  ${keyType}  ${groupedFingerprint(fingerprint)}  ${toVisibleText(comment)}${until}`;
}

function parsePurpose(text: string): AnchorPurpose {
  const purpose = AnchorPurpose.safeParse(text);
  if (purpose.success) return purpose.data;
  throw new AppError('USAGE', `${text} is nothing an anchor is for.`, {
    expected: AnchorPurpose.options.join(', '),
  });
}

function listCommands(anchors: Command, act: Act): void {
  const list = anchors
    .command('list')
    .description('every anchor')
    .option('--history', 'those that no longer count instead');
  act(list, async (invocation, _args, options) => {
    if (options['history'] === true) {
      const past = await invocation.call('anchors.history', {});
      const cells = past.map((anchor) => [
        anchor.id,
        toVisibleText(anchor.owner),
        anchor.fingerprint,
        `${anchor.retiredAt} by ${anchor.retiredBy}`,
        toVisibleText(anchor.retiredReason),
      ]);
      return { json: past, text: table([['anchor', 'owner', 'key', 'removed', 'why'], ...cells]) };
    }
    const rows = await invocation.call('anchors.list', {});
    return {
      json: rows,
      text: table([
        ['anchor', 'owner', 'may sign for', 'key', 'confirmed', 'state'],
        ...rows.map((anchor) => [
          anchor.id,
          toVisibleText(anchor.owner),
          anchor.models.join(', '),
          `${anchor.keyType} ${anchor.fingerprint}`,
          anchor.refreshedAt,
          stateOf(anchor),
        ]),
      ]),
    };
  });

  const show = anchors.command('show').description('everything about one anchor').argument('<anchor-id>');
  act(show, async (invocation, [id = '']) => {
    const anchor = await findAnchor(invocation, id);
    return { json: anchor, text: table(describeAnchor(anchor)) };
  });
}

function stateOf({ revokedAt, revokedReason, expiresAt, pack }: Anchor): string {
  if (revokedAt !== null) return `revoked ${revokedAt}: ${toVisibleText(revokedReason ?? '')}`;
  const from = pack === null ? '' : `, from trust pack ${pack}`;
  return expiresAt === null ? `in force${from}` : `until ${expiresAt}${from}`;
}

function describeAnchor(anchor: Anchor): string[][] {
  const { identity, issuer, principals, namespaces, validFrom, validUntil } = anchor;
  const facts: [string, string | null][] = [
    ['owner', anchor.owner],
    ['kind', `${anchor.kind}, ${anchor.keyType}`],
    ['fingerprint', groupedFingerprint(anchor.fingerprint)],
    ['identity', identity],
    ['issuer', issuer],
    ['principals', principals.length === 0 ? null : principals.join(', ')],
    ['namespaces', namespaces.length === 0 ? null : namespaces.join(', ')],
    ['comment', anchor.comment],
    ['may sign', anchor.purposes.join(', ')],
    ['for models', anchor.models.join(', ')],
    ['in formats', anchor.formats.length === 0 ? 'any' : anchor.formats.join(', ')],
    [
      'valid',
      validFrom === null && validUntil === null ? null : `${validFrom ?? '…'} to ${validUntil ?? '…'}`,
    ],
    ['source', anchor.source],
    ['accepted', `${anchor.addedAt} by ${anchor.addedBy}`],
    ['confirmed', anchor.refreshedAt],
    ['state', stateOf(anchor)],
  ];
  return facts.flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, toVisibleText(value)]],
  );
}

function refreshCommand(anchors: Command, act: Act): void {
  const refresh = anchors
    .command('refresh')
    .description('its owner confirmed it anew: the same key, from media')
    .argument('<anchor-id>')
    .argument('<file>', 'a file with the same key')
    .requiredOption('--fingerprint <text>', 'the fingerprint, as confirmed with its owner');
  act(refresh, async (invocation, [id = '', file = ''], options) => {
    const anchor = await invocation.call('anchors.refresh', {
      id,
      source: invocation.locate(file),
      fingerprint: required(options, 'fingerprint', '--fingerprint'),
    });
    return { json: anchor, text: [`confirmed anchor ${id} of ${anchor.owner} at ${anchor.refreshedAt}`] };
  });
}

function limitCommand(anchors: Command, act: Act): void {
  const limit = anchors
    .command('limit')
    .description('change what an anchor counts for; what is left out stays as it is')
    .argument('<anchor-id>')
    .option('--models <glob>', 'models it may sign for, in place of those so far', collect)
    .option('--format <id>', 'a format it may sign in, in place of those so far; any: every format', collect)
    .option('--purpose <name>', `what it may sign: ${AnchorPurpose.options.join(', ')}`, collect)
    .option('--expires <time>', 'from then on it no longer counts; never: no such day')
    .requiredOption('--reason <text>', 'why');
  act(limit, async (invocation, [id = ''], options) => {
    const now = await findAnchor(invocation, id);
    const orNow = <T>(given: readonly T[], before: readonly T[]) => [...(given.length > 0 ? given : before)];
    const formats = orNow(list(options, 'format'), now.formats);
    const expires = optional(options, 'expires');
    const anchor = await invocation.call('anchors.limit', {
      id,
      models: orNow(list(options, 'models'), now.models),
      formats: formats.filter((format) => format !== 'any'),
      purposes: orNow(list(options, 'purpose').map(parsePurpose), now.purposes),
      expiresAt: expires === undefined ? now.expiresAt : expires === 'never' ? null : parseTime(expires),
      reason: required(options, 'reason', '--reason'),
    });
    return { json: anchor, text: table(describeAnchor(anchor)) };
  });
}

async function findAnchor(invocation: Invocation, id: string): Promise<Anchor> {
  const anchor = (await invocation.call('anchors.list', {})).find((each) => each.id === id);
  if (anchor === undefined) throw new AppError('NOT-FOUND', `There is no anchor ${id}.`);
  return anchor;
}

function endCommands(anchors: Command, act: Act): void {
  for (const verb of ['remove', 'revoke'] as const) {
    const description =
      verb === 'remove' ? 'forget an anchor: its key is unknown again' : 'its signatures are bad from now on';
    const command = anchors
      .command(verb)
      .description(description)
      .argument('<anchor-id>')
      .requiredOption('--reason <text>', 'why');
    act(command, async (invocation, [id = ''], options) => {
      const answer = await invocation.call(`anchors.${verb}`, {
        id,
        reason: required(options, 'reason', '--reason'),
      });
      return { json: answer, text: [`${verb}d anchor ${id}`] };
    });
  }
}
