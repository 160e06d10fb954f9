import type { HostKey } from '#shared/contract/fleet.ts';

/** What it takes to reach one server; a row of the registry's servers fits. */
export interface SshTarget {
  /** The fleet's name of the server; stands for its host key in known_hosts. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Absolute folder on the server. */
  readonly root: string;
  /** Private key handed to ssh; null leaves it to ssh's own defaults and agent. */
  readonly identityFile: string | null;
  readonly hostKey: HostKey;
  /** The confirmed key as a known_hosts line without the host part: `ssh-ed25519 AAAA…`. */
  readonly hostKeyLine: string;
}
