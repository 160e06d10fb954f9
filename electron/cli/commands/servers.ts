import type { Command } from 'commander';
import { formatBytes } from '#shared/format/bytes.ts';
import { optional, parseCount, required } from '../arguments.ts';
import type { Act } from '../command.ts';
import { describeCheck } from '../report.ts';
import { table } from '../terminal.ts';

/** `servers add|list|check|remove`: the fleet. */
export function serverCommands(program: Command, act: Act): void {
  const servers = program.command('servers').description('the GPU servers of this site');

  const add = servers
    .command('add')
    .description('add a server; without --host-key it only shows the keys the server offers')
    .argument('<name>')
    .requiredOption('--host <host>', 'name or address')
    .option('--port <n>', 'port', parseCount, 22)
    .option('--user <name>', 'login', 'sallyport')
    .option('--root <dir>', 'folder on the server', '/srv/sallyport')
    .option('--identity <file>', 'private key that ssh uses')
    .option('--group <name>', 'group in lists', '')
    .option('--activation-command <command>', 'run on the server after the live link was switched', '')
    .option('--probe-command <command>', 'must print the digest or folder that is really served', '')
    .option('--probe-timeout <seconds>', 'how long the probe may take', parseCount, 60)
    .option('--host-key <fingerprint>', 'the fingerprint, as confirmed with the server’s owner');
  act(add, async (invocation, [name = ''], options) => {
    const host = required(options, 'host', '--host');
    const port = Number(options['port']);
    const hostKeyFingerprint = optional(options, 'hostKey');
    if (hostKeyFingerprint === undefined) {
      const keys = await invocation.call('servers.scanHostKey', { host, port });
      return {
        json: keys,
        text: [
          'The server offers these host keys; nothing was accepted:',
          ...keys.map((key) => `  ${key.keyType}  ${key.fingerprint}`),
          'Compare with what the server’s owner told you, then add it with --host-key.',
        ],
      };
    }
    const identity = optional(options, 'identity');
    const server = await invocation.call('servers.add', {
      name,
      host,
      port,
      hostKeyFingerprint,
      user: required(options, 'user', '--user'),
      root: required(options, 'root', '--root'),
      group: optional(options, 'group') ?? '',
      activationCommand: optional(options, 'activationCommand') ?? '',
      probeCommand: optional(options, 'probeCommand') ?? '',
      probeTimeoutSeconds: Number(options['probeTimeout']),
      ...(identity === undefined ? {} : { identityFile: invocation.locate(identity) }),
    });
    return { json: server, text: [`added ${server.name}, host key ${server.hostKey.fingerprint}`] };
  });

  act(servers.command('list').description('every server'), async (invocation) => {
    const rows = await invocation.call('servers.list', {});
    return {
      json: rows,
      text: table([
        ['server', 'address', 'root', 'group', 'host key', 'last contact'],
        ...rows.map((server) => [
          server.name,
          `${server.user}@${server.host}:${server.port}`,
          server.root,
          server.group || '-',
          server.hostKey.fingerprint,
          server.lastContactAt ?? 'never',
        ]),
      ]),
    };
  });

  act(
    servers.command('check').description('contact a server').argument('<name>'),
    async (invocation, [name = '']) => {
      const result = await invocation.call('servers.check', { name });
      const free = result.freeBytes === null ? [] : [`${formatBytes(result.freeBytes)} free`];
      const failed = result.checks.some((check) => check.status === 'failed');
      return { json: result, text: [...result.checks.flatMap(describeCheck), ...free], exit: failed ? 1 : 0 };
    },
  );

  const remove = servers
    .command('remove')
    .description('forget a server; nothing on it is touched')
    .argument('<name>')
    .requiredOption('--reason <text>', 'why');
  act(remove, async (invocation, [name = ''], options) => {
    await invocation.call('servers.remove', { name, reason: required(options, 'reason', '--reason') });
    return { json: { name }, text: [`removed ${name}; nothing on it was touched`] };
  });
}
