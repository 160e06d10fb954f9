import { AppError } from '#engine/core/app-error.ts';
import { type AnchorMaterial, unlimited } from './anchor.ts';
import { FILE_NAMESPACE, TRANSFER_NAMESPACE } from './formats/sshsig.ts';
import { parseMinisignKey } from './minisign-key.ts';
import { type OpensshKey, opensshLine, parseOpensshLine } from './openssh-key.ts';

export const MAX_ANCHOR_FILE_BYTES = 1024 * 1024;

const UNTRUSTED = 'untrusted comment: ';
/** `principals [options] keytype base64 [comment]` (ssh-keygen(1), ALLOWED SIGNERS); options may hold quoted spaces. */
const ALLOWED_SIGNER = /^("[^"]*"|[^\s"]+)[ \t]+(?:((?:[^\s"]|"[^"]*")+)[ \t]+)?([a-z][!-~]*[ \t]+AAAA.*)$/;

/**
 * What could be an anchor in a file: OpenSSH lines (`.pub`, `authorized_keys`, `allowed_signers`) or a minisign public key.
 * A file with anything that is not understood is refused as a whole: KEY-UNREADABLE.
 */
export function parseAnchors(bytes: Uint8Array): AnchorMaterial[] {
  if (bytes.length > MAX_ANCHOR_FILE_BYTES) throw unreadable('It is too large for a file of public keys.');
  const text = Buffer.from(bytes).toString('utf8');
  const secret = /-----BEGIN [A-Z ]*PRIVATE KEY|encrypted secret key/.test(text.slice(0, 4096));
  if (secret)
    throw unreadable('It holds a secret key. Anchors are made from public keys; keep the secret one away.');
  if (text.startsWith('-----BEGIN '))
    throw unreadable('Certificates, PGP and PEM keys are not supported by this version.');
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const keys = minisignKeys(lines) ?? sshKeys(lines);
  if (keys.length === 0) throw unreadable('There is no Ed25519 public key in it.');
  return [...new Map(keys.map((key) => [key.fingerprint, key])).values()];
}

/** Null when the file is not of minisign. */
function minisignKeys(lines: readonly string[]): AnchorMaterial[] | null {
  const filled = lines.filter((line) => line !== '');
  const hasComment = filled[0]?.startsWith(UNTRUSTED) === true;
  const [encoded, ...rest] = hasComment ? filled.slice(1) : filled;
  const key = parseMinisignKey(encoded ?? '');
  if (key === null || rest.length > 0) {
    if (hasComment) throw unreadable('It begins as a minisign public key and is not one.');
    return null;
  }
  const { fingerprint, keyId } = key;
  const material = encoded ?? '';
  const said = hasComment ? (filled[0]?.slice(UNTRUSTED.length) ?? '') : '';
  const comment = said.includes(keyId) ? said : `${said} (key id ${keyId})`.trim();
  return [{ ...unlimited, kind: 'minisign', keyType: 'ed25519', fingerprint, comment, material }];
}

function sshKeys(lines: readonly string[]): AnchorMaterial[] {
  const found: AnchorMaterial[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const key = parseOpensshLine(line) ?? allowedSigner(line, index + 1);
    if (key.ed25519 === null) continue; // of a type that signs nothing this version can check
    const { keyType, fingerprint, comment, ed25519 } = key;
    const material = opensshLine(ed25519, comment);
    found.push({ ...unlimited, kind: 'ssh', keyType, fingerprint, comment, material });
  }
  return found;
}

/** Limits that an anchor could not keep are refused: to drop them would make the key count for more than its owner said. */
function allowedSigner(line: string, number: number): OpensshKey {
  const match = ALLOWED_SIGNER.exec(line);
  const key = parseOpensshLine(match?.[3] ?? '');
  if (match === null || key === null) throw unreadable(`Line ${number} is not a public key.`);
  const options = match[2] ?? '';
  if (/(?:^|,)cert-authority(?:,|$)/i.test(options)) {
    throw unreadable(
      `Line ${number} is a certificate authority; this version takes only the keys themselves.`,
    );
  }
  if (/(?:^|,)valid-(?:after|before)=/i.test(options)) {
    throw unreadable(`Line ${number} is limited in time; this version cannot keep such a limit.`);
  }
  const namespaces = /(?:^|,)namespaces="([^"]*)"/i.exec(options)?.[1]?.split(',');
  if (
    namespaces?.some((name) => name === FILE_NAMESPACE || name === TRANSFER_NAMESPACE || name === '*') ===
    false
  ) {
    throw unreadable(`Line ${number} is only for the namespaces ${namespaces.join(', ')}.`);
  }
  const principals = (match[1] ?? '').replaceAll('"', '');
  return { ...key, comment: key.comment === '' ? principals : `${principals} (${key.comment})` };
}

function unreadable(why: string): AppError {
  return new AppError(
    'KEY-UNREADABLE',
    `The file is not one of public keys that this version takes. ${why}`,
    {
      expected: 'OpenSSH public key lines (ssh-ed25519 AAAA…), or a minisign public key',
    },
  );
}

/** Is what a person typed or compared this key's fingerprint? The prefix may be left out, nothing else. */
export function isFingerprint(given: string, key: { readonly fingerprint: string }): boolean {
  const text = given.trim();
  return text === key.fingerprint || text === key.fingerprint.slice(key.fingerprint.indexOf(':') + 1);
}
