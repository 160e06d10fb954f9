import { AppError } from '#engine/core/app-error.ts';
import type { SshTarget } from './ssh-target.ts';
import { visibleLines, visibleText } from './visible-text.ts';

/** Where ssh was when it failed: before the session stood, or after. */
type Stage = 'connecting' | 'connected';

const place = (target: SshTarget) => `${target.name} (${target.user}@${target.host}, port ${target.port})`;

/** Turns ssh's own failure (exit code 255, not the remote command's) into the error it stands for. */
export function explainSshFailure(target: SshTarget, stage: Stage, stderr: string): AppError {
  const items = visibleLines(stderr);
  const nothing = 'Nothing was changed on the server.';
  if (/HOST IDENTIFICATION HAS CHANGED|Host key verification failed|host key is known for/i.test(stderr)) {
    return hostKeyChanged(target, []);
  }
  if (stage === 'connected') {
    return new AppError('CONNECTION-LOST', `The connection to ${place(target)} broke.`, {
      items,
      state: 'What had arrived on the server stays there; nothing half-written is ever used.',
      next: 'Check the network and the server, then run the same again: it goes on where it stopped.',
    });
  }
  if (
    /Permission denied \(|Too many authentication failures|no matching .*signature|sign_and_send_pubkey/i.test(
      stderr,
    )
  ) {
    return new AppError('SERVER-AUTH-FAILED', `${place(target)} does not accept the login.`, {
      expected:
        target.identityFile === null ? 'a key of ssh’s defaults or agent' : `the key ${target.identityFile}`,
      found: visibleText(stderr, 300),
      state: nothing,
      next: 'Have the public key added to authorized_keys of that user, or name the right identity file and user.',
      items,
    });
  }
  if (/Bad configuration option|terminating, \d+ bad configuration|Can't open user config/i.test(stderr)) {
    return new AppError('SERVER-UNREACHABLE', 'ssh does not understand its configuration.', {
      items,
      state: nothing,
      next: 'Mend the file ssh/config in the data home, or remove it: it is made again.',
    });
  }
  return new AppError('SERVER-UNREACHABLE', `${place(target)} cannot be reached: ${reasonOf(stderr)}.`, {
    items,
    state: nothing,
    next: 'Check the address, the port, the network and that sshd runs there, then try again.',
  });
}

function reasonOf(stderr: string): string {
  const known = [
    'Connection refused',
    'Connection timed out',
    'Operation timed out',
    'No route to host',
    'Network is unreachable',
    'Could not resolve hostname',
    'Connection closed',
    'Connection reset',
  ].find((text) => stderr.includes(text));
  return known ?? (visibleText(stderr, 200) || 'ssh ended without saying why');
}

/** `found` are the fingerprints the server shows now, empty when it was not asked again. */
export function hostKeyChanged(target: SshTarget, found: readonly string[]): AppError {
  return new AppError('HOST-KEY-CHANGED', `${place(target)} shows another host key than the one confirmed.`, {
    expected: `${target.hostKey.keyType} ${target.hostKey.fingerprint}`,
    found: found.join(', ') || 'another key',
    state: 'The connection was refused before any login; nothing was sent.',
    next:
      'Either the server was set up anew, or something stands between. Ask the server’s owner for its fingerprint by another ' +
      'way; if it is the found one, remove the server and add it again with that fingerprint.',
  });
}

/** The program could not be started at all. */
export function sshMissing(program: string, cause: unknown): AppError {
  return new AppError(
    'SSH-MISSING',
    `The program ${program} cannot be started on this machine.`,
    { next: 'Install the OpenSSH client (Debian: apt-get install openssh-client), then try again.' },
    cause,
  );
}
