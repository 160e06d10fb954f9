import type { Command } from 'commander';
import { formatNoun } from '#shared/format/bytes.ts';
import { groupFingerprint } from '#shared/format/digest.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError } from '#engine/core/app-error.ts';
import { collect, list, optional, required } from '../arguments.ts';
import { readNewPassphrase } from '../passphrase.ts';
import type { Act } from '../command.ts';
import { table } from '../terminal.ts';

/** `anchors …` and `keys …`: whose signatures count, and people's own keys. */
export function trustCommands(program: Command, act: Act): void {
  anchorCommands(program, act);
  keyCommands(program, act);
}

function anchorCommands(program: Command, act: Act): void {
  const anchors = program.command('anchors').description('whose signatures count, for which models');

  const add = anchors
    .command('add')
    .description('accept a public key; without --fingerprint it only shows what the file holds')
    .argument('<file>', 'an OpenSSH, allowed_signers or minisign public key')
    .option('--fingerprint <text>', 'the fingerprint, as confirmed with the key’s owner')
    .option('--owner <text>', 'whose key it is')
    .option('--models <glob>', 'models it may sign for, e.g. silero-*', collect);
  act(add, async (invocation, [file = ''], options) => {
    const source = invocation.locate(file);
    const fingerprint = optional(options, 'fingerprint');
    if (fingerprint === undefined) {
      const found = await invocation.call('anchors.inspect', { source });
      return {
        json: found,
        text: [
          `${formatNoun(found.length, 'key')} found; nothing was accepted`,
          ...found.map(
            (key) => `  ${key.keyType}  ${grouped(key.fingerprint)}  ${toVisibleText(key.comment)}`,
          ),
          'Compare with what the key’s owner told you, then add it with --fingerprint.',
        ],
      };
    }
    const models = list(options, 'models');
    if (models.length === 0)
      throw new AppError('USAGE', '--models is missing.', { expected: 'e.g. --models "silero-*"' });
    const owner = required(options, 'owner', '--owner');
    const anchor = await invocation.call('anchors.add', { source, fingerprint, owner, models });
    return {
      json: anchor,
      text: [`anchor ${anchor.id}: ${anchor.owner} may sign for ${anchor.models.join(', ')}`],
    };
  });

  act(anchors.command('list').description('every anchor'), async (invocation) => {
    const rows = await invocation.call('anchors.list', {});
    return {
      json: rows,
      text: table([
        ['anchor', 'owner', 'may sign for', 'key', 'added', 'state'],
        ...rows.map((anchor) => [
          anchor.id,
          toVisibleText(anchor.owner),
          anchor.models.join(', '),
          `${anchor.keyType} ${anchor.fingerprint}`,
          `${anchor.addedAt} by ${anchor.addedBy}`,
          anchor.revokedAt === null
            ? 'in force'
            : `revoked ${anchor.revokedAt}: ${toVisibleText(anchor.revokedReason ?? '')}`,
        ]),
      ]),
    };
  });

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

function keyCommands(program: Command, act: Act): void {
  const keys = program.command('keys').description('people’s signing keys');

  act(
    keys.command('create').description('make a person’s key').argument('<name>'),
    async (invocation, [name = '']) => {
      const passphrase = await readNewPassphrase(invocation.options);
      const key = await invocation.call('keys.create', { name, passphrase });
      return { json: key, text: [key.publicKeyLine, grouped(key.fingerprint)] };
    },
  );

  act(keys.command('list').description('every person’s key'), async (invocation) => {
    const rows = await invocation.call('keys.list', {});
    return { json: rows, text: table(rows.map((key) => [key.name, key.fingerprint, key.createdAt])) };
  });

  const exportCommand = keys
    .command('export')
    .description('the public key as an OpenSSH line')
    .argument('<name>');
  act(exportCommand, async (invocation, [name = '']) => {
    const key = (await invocation.call('keys.list', {})).find((candidate) => candidate.name === name);
    if (key === undefined) throw new AppError('NOT-FOUND', `There is no key of ${name}.`);
    return { json: key, text: [key.publicKeyLine] };
  });
}

function grouped(fingerprint: string): string {
  const { kind, groups } = groupFingerprint(fingerprint);
  return `${kind}:${groups.join(' ')}`;
}
