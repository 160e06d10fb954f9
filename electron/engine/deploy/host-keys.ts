import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { HostKey } from '#shared/contract/fleet.ts';
import { AppError } from '#engine/core/app-error.ts';
import { sshMissing } from './ssh-failure.ts';
import { sshEnvironment } from './ssh-options.ts';
import { visibleLines } from './visible-text.ts';

const SCAN_SECONDS = 10;
const OUTPUT_LIMIT = 64 * 1024;

/** A host key as the server shows it; nobody has confirmed it yet. */
export interface ScannedHostKey extends HostKey {
  /** `ssh-ed25519 AAAA…`: what goes into known_hosts behind the host. */
  readonly line: string;
}

/** Asks a server for its host keys (ssh-keyscan). Throws SERVER-UNREACHABLE, SSH-MISSING. */
export async function scanHostKeys(host: string, port: number): Promise<ScannedHostKey[]> {
  const { stdout, stderr } = await keyscan(host, port);
  const keys = stdout
    .split('\n')
    .map(parseKeyscanLine)
    .filter((key) => key !== null);
  if (keys.length > 0) return keys;
  throw new AppError('SERVER-UNREACHABLE', `${host}, port ${port}, shows no host key.`, {
    items: visibleLines(stderr.replace(/^#.*$/gm, '')),
    state: 'Nothing was changed.',
    next: 'Check the address and the port, and that sshd runs there. A server behind a jump host cannot be asked directly.',
  });
}

/** One line of ssh-keyscan or known_hosts; null for comments and what is no key. */
export function parseKeyscanLine(text: string): ScannedHostKey | null {
  const match = /^[^#\s]\S* ([a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,3})\s*$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const [, type, base64] = match;
  return {
    keyType: type.replace(/^ssh-/, '').replace(/^ecdsa-sha2-.*$/, 'ecdsa'),
    fingerprint: keyFingerprint(Buffer.from(base64, 'base64')),
    line: `${type} ${base64}`,
  };
}

/** `SHA256:<base64 without padding>` of a public key blob, as `ssh-keygen -l` prints it. */
function keyFingerprint(blob: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

function keyscan(host: string, port: number): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const args = ['-T', String(SCAN_SECONDS), '-p', String(port), '-t', 'ed25519,ecdsa,rsa', '--', host];
    const child = spawn('ssh-keyscan', args, { env: sshEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    const guard = setTimeout(() => child.kill('SIGKILL'), SCAN_SECONDS * 4000);
    let stdout = '';
    let stderr = '';
    const gather = (text: string, chunk: Buffer) =>
      text.length > OUTPUT_LIMIT ? text : text + chunk.toString('utf8');
    child.stdout.on('data', (chunk: Buffer) => (stdout = gather(stdout, chunk)));
    child.stderr.on('data', (chunk: Buffer) => (stderr = gather(stderr, chunk)));
    child.once('error', (error) => {
      clearTimeout(guard);
      reject(sshMissing('ssh-keyscan', error));
    });
    child.once('close', () => {
      clearTimeout(guard);
      resolve({ stdout, stderr });
    });
  });
}
