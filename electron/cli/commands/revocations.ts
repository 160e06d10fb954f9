import type { Command } from 'commander';
import type { Affected, SiteRevocation } from '#shared/contract/trust-store.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError } from '#engine/core/app-error.ts';
import { required } from '../arguments.ts';
import type { Act } from '../command.ts';

/** `trust revocations …`: what no longer counts, whatever vouches for it. */
export function revocationCommands(trust: Command, act: Act): void {
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

/** What a revocation hits, a line each. */
export function describeAffected({ releases, channels, servers, imports }: Affected): string[] {
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
