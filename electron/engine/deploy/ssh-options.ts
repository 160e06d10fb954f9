import { AppError } from '#engine/core/app-error.ts';
import type { SshTarget } from './ssh-target.ts';

/** Seconds for the TCP connection and the key exchange. */
const CONNECT_SECONDS = 15;

/**
 * Options of every ssh that makes a connection; on the command line, where the first value wins, so that no configuration
 * file can change them (ssh_config(5)). Host keys: only the confirmed one. Prompts: none. Forwarding: none.
 */
export function connectOptions(target: SshTarget, files: { config: string; knownHosts: string }): string[] {
  const fixed = [
    'IgnoreUnknown=KnownHostsCommand,SecurityKeyProvider',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${files.knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'KnownHostsCommand=none',
    `HostKeyAlias=${target.name}`,
    'CheckHostIP=no',
    'VerifyHostKeyDNS=no',
    'UpdateHostKeys=no',
    'BatchMode=yes',
    'NumberOfPasswordPrompts=0',
    'PasswordAuthentication=no',
    'KbdInteractiveAuthentication=no',
    'ForwardAgent=no',
    'ForwardX11=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'RequestTTY=no',
    'EscapeChar=none',
    'Compression=no',
    // At the head of what this ssh allows, so that a stricter policy of the platform still holds. The fastest where
    // processors have AES.
    'Ciphers=^aes128-gcm@openssh.com',
    `ConnectTimeout=${CONNECT_SECONDS}`,
    'ConnectionAttempts=1',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=4',
    'TCPKeepAlive=yes',
    'LogLevel=ERROR',
  ];
  const identity =
    target.identityFile === null ? [] : ['-o', 'IdentitiesOnly=yes', '-i', literalPath(target.identityFile)];
  return [
    ...['-F', files.config],
    ...fixed.flatMap((option) => ['-o', option]),
    ...identity,
    ...['-p', String(target.port), '-l', target.user],
  ];
}

/** A path as ssh takes it: it expands `%` and `${…}` in paths, and only the first can be written otherwise. */
export function literalPath(path: string): string {
  if (path.includes('${') || path.startsWith('~')) {
    throw new AppError('NAME-INVALID', 'ssh cannot be given this path, since it would expand it.', {
      path,
      next: 'Move the file to a folder without ${ in its name.',
    });
  }
  return path.replaceAll('%', '%%');
}

/** ssh's environment: English messages, and nothing that could ask a person. */
export function sshEnvironment(): NodeJS.ProcessEnv {
  const { DISPLAY: _display, SSH_ASKPASS: _askpass, WAYLAND_DISPLAY: _wayland, ...rest } = process.env;
  return { ...rest, LC_ALL: 'C', SSH_ASKPASS_REQUIRE: 'never' };
}
