import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#engine/core/app-error.ts';
import type { SshTarget } from './ssh-target.ts';

const configText = `# Sallyport's ssh reads this file in place of ~/.ssh/config and the system's ssh_config.
# It is made once and then yours: a jump host, for example, goes here:
#
#   Host gpu-03.example
#     ProxyJump bastion.example
#
# Host keys, ciphers, forwarding and prompts are set on ssh's command line and win over anything written here.
# The lines below hold for jump hosts, whose host keys you add to known_hosts_jump yourself.
Host *
  StrictHostKeyChecking yes
  BatchMode yes
  UserKnownHostsFile known_hosts_jump
`;

/**
 * The ssh folder of a home: an own configuration and an own known_hosts, so that nothing in a user's or system's ssh settings
 * changes which host keys are accepted. ssh is started in this folder and is given file names relative to it.
 */
export class SshFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The config's name, made when it is missing. An existing one is left as its owner wrote it. */
  config(): string {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(path.join(this.folder, 'config'), configText, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    return 'config';
  }

  /** The known_hosts file's name for this server, holding exactly its confirmed key. Written anew when it differs. */
  knownHosts(target: SshTarget): string {
    const name = `known_hosts_${target.name}`;
    const file = path.join(this.folder, name);
    const text = `${target.name} ${knownKey(target)}\n`;
    if (readOrNull(file) !== text) {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.new`, text, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    }
    return name;
  }
}

function knownKey(target: SshTarget): string {
  const match = /^([a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,3})$/.exec(target.hostKeyLine);
  if (match !== null) return target.hostKeyLine;
  throw new AppError('KEY-UNREADABLE', `The host key kept for ${target.name} is not a host key.`, {
    found: target.hostKeyLine,
    next: 'Remove the server and add it again with its fingerprint confirmed.',
  });
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
