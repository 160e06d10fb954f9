import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { TrustPolicy } from '#shared/contract/trust-policy.ts';
import type { Affected, SiteRevocation, TrustPackInspection } from '#shared/contract/trust-store.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { collect, list, optional, parseCount, required } from '../arguments.ts';
import type { Act } from '../command.ts';
import { describeCheck } from '../report.ts';
import { table } from '../terminal.ts';

/** `trust …`: how old the trust data is, the policy, packs by media, and what no longer counts. */
export function trustStoreCommands(program: Command, act: Act): void {
  const trust = program.command('trust').description('trust data: its age, packs, revocations, the policy');
  statusCommand(trust, act);
  policyCommands(trust, act);
  packCommands(trust, act);
  revocationCommands(trust, act);
}

function statusCommand(trust: Command, act: Act): void {
  act(trust.command('status').description('how old and how sure the trust data is'), async (invocation) => {
    const status = await invocation.call('trust.status', {});
    const { pack, clock } = status;
    return {
      json: status,
      text: [
        pack === null ? 'no trust pack was accepted' : describePack(pack),
        ...(clock.floor === null ? [] : [`now is not before ${clock.floor} (${clock.floorSource ?? ''})`]),
        ...status.checks.flatMap(describeCheck),
      ],
    };
  });
}

function policyCommands(trust: Command, act: Act): void {
  const policy = trust.command('policy').description('how many have to vouch, and how old trust data may be');

  act(policy.command('show').description('the policy in force, as JSON'), async (invocation) => {
    const inForce = await invocation.call('trust.policy.get', {});
    return { json: inForce, text: [JSON.stringify(inForce.policy, null, 2)] };
  });

  const set = policy
    .command('set')
    .description('put another policy in force')
    .argument('<file>', 'JSON as policy show prints it')
    .requiredOption('--reason <text>', 'why');
  act(set, async (invocation, [file = ''], options) => {
    const inForce = await invocation.call('trust.policy.set', {
      policy: await readPolicy(file),
      reason: required(options, 'reason', '--reason'),
    });
    return { json: inForce, text: [`the policy is in force since ${inForce.setAt ?? ''}`] };
  });
}

async function readPolicy(file: string): Promise<TrustPolicy> {
  try {
    const parsed = TrustPolicy.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (parsed.success) return parsed.data;
    const items = parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`);
    throw new AppError('USAGE', `${file} is not a policy of trust: ${items[0] ?? ''}.`, { items });
  } catch (error) {
    if (error instanceof SyntaxError) throw new AppError('USAGE', `${file} is not JSON: ${error.message}.`);
    throw asAppError(error, file);
  }
}

function packCommands(trust: Command, act: Act): void {
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
    .option('--threshold <n>', 'how many roots have to sign', parseCount, 1);
  act(create, async (invocation, _args, options) => {
    const keys = list(options, 'root').map(invocation.locate);
    const made = await invocation.call('trust.pack.create', {
      target: invocation.locate(required(options, 'out', '--out')),
      maxAgeDays: Number(options['maxAgeDays']),
      ...(keys.length === 0 ? {} : { roots: { threshold: Number(options['threshold']), keys } }),
    });
    return { json: made, text: [`wrote ${made.file}: ${describePack(made.pack)}`, signedLine(made)] };
  });

  const sign = pack.command('sign').description('add the signature of --as to a pack').argument('<file>');
  act(sign, async (invocation, [file = '']) => {
    const made = await invocation.call('trust.pack.sign', { source: invocation.locate(file) });
    return { json: made, text: [signedLine(made)] };
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

function describePack(pack: NonNullable<TrustPackInspection['pack']>): string {
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

function describeInspection({ pack, acceptable, checks, changes }: TrustPackInspection): string[] {
  const changed = (word: string, names: readonly string[]) =>
    names.map((name) => `  ${word}  ${toVisibleText(name)}`);
  const rootLines = (pack?.roots.keys ?? []).map(
    (key) => `  root     ${toVisibleText(key.name)}  ${key.fingerprint}`,
  );
  return [
    pack === null ? 'no trust pack' : describePack(pack),
    ...rootLines,
    ...checks.flatMap(describeCheck),
    ...changed('adds    ', changes.added),
    ...changed('drops   ', changes.dropped),
    ...changed('revokes ', changes.revoked),
    acceptable ? 'It can be accepted.' : 'It would be refused.',
  ];
}

function revocationCommands(trust: Command, act: Act): void {
  const revocations = trust
    .command('revocations')
    .description('what no longer counts, whatever vouches for it');

  const show = revocations
    .command('list')
    .description('those in force, and what they hit here')
    .option('--all', 'also those that were lifted');
  act(show, async (invocation, _args, options) => {
    const rows = await invocation.call('trust.revocations.list', { lifted: options['all'] === true });
    return { json: rows, text: rows.flatMap(describeRevocation) };
  });

  const add = revocations
    .command('add')
    .description('revoke a digest, a key or a certificate')
    .argument('<kind>', 'digest, key or certificate')
    .argument('<value>', 'sha256:…, a fingerprint, or serial@issuer-fingerprint')
    .requiredOption('--reason <text>', 'why')
    .option('--dry-run', 'only say what it would hit');
  act(add, async (invocation, [kindText = '', value = ''], options) => {
    const kind = parseKind(kindText);
    if (options['dryRun'] === true) {
      const affects = await invocation.call('trust.revocations.affects', { kind, value });
      return { json: affects, text: ['nothing was revoked; it would hit:', ...describeAffected(affects)] };
    }
    const row = await invocation.call('trust.revocations.add', {
      kind,
      value,
      reason: required(options, 'reason', '--reason'),
    });
    return { json: row, text: describeRevocation(row) };
  });

  const lift = revocations
    .command('lift')
    .description('take back a revocation that was decided here')
    .argument('<revocation-id>')
    .requiredOption('--reason <text>', 'why');
  act(lift, async (invocation, [id = ''], options) => {
    const row = await invocation.call('trust.revocations.lift', {
      id,
      reason: required(options, 'reason', '--reason'),
    });
    return { json: row, text: describeRevocation(row) };
  });
}

function parseKind(text: string): SiteRevocation['kind'] {
  if (text === 'digest' || text === 'key' || text === 'certificate') return text;
  throw new AppError('USAGE', `${text} cannot be revoked.`, { expected: 'digest, key or certificate' });
}

function describeRevocation(row: SiteRevocation): string[] {
  const from = row.pack === null ? `by ${row.recordedBy}` : `with trust pack ${row.pack}`;
  const state =
    row.liftedAt === null ? '' : `, lifted ${row.liftedAt}: ${toVisibleText(row.liftedReason ?? '')}`;
  return [
    `${row.id}  ${row.kind} ${row.value}`,
    `  revoked ${row.revokedAt} ${from}: ${toVisibleText(row.reason)}${state}`,
    ...describeAffected(row.affects),
  ];
}

function describeAffected({ releases, channels, servers, imports }: Affected): string[] {
  const lines = [
    ...releases.map(({ model, version, path }) => {
      return `  release  ${model}@${version}${path === null ? '' : `  ${toVisibleText(path)}`}`;
    }),
    ...channels.map(({ model, channel, version }) => `  channel  ${model} ${channel} -> ${version}`),
    ...servers.map(
      ({ server, model, channel, version }) => `  server   ${server}  ${model} ${channel} ${version}`,
    ),
    ...imports.map(({ id, model, version }) => `  import   ${id}  ${model}@${version}`),
  ];
  return lines.length === 0 ? ['  nothing here is affected'] : lines;
}
