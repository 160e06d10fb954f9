import type { Command } from 'commander';
import { AppError } from '#engine/core/app-error.ts';
import { readNewPassphrase } from '../passphrase.ts';
import type { Act } from '../command.ts';
import { table } from '../terminal.ts';
import { anchorCommands, groupedFingerprint } from './anchors.ts';

/** `anchors …` and `keys …`: whose signatures count, and people's own keys. */
export function trustCommands(program: Command, act: Act): void {
  anchorCommands(program, act);
  keyCommands(program, act);
}

function keyCommands(program: Command, act: Act): void {
  const keys = program.command('keys').description('people’s signing keys');

  act(
    keys.command('create').description('make a person’s key').argument('<name>'),
    async (invocation, [name = '']) => {
      const passphrase = await readNewPassphrase(invocation.options);
      const key = await invocation.call('keys.create', { name, passphrase });
      return { json: key, text: [key.publicKeyLine, groupedFingerprint(key.fingerprint)] };
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
