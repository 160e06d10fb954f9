import { AppError } from '#engine/core/app-error.ts';
import { encodeBase64 } from '#engine/core/base64.ts';
import { parseAllowedSigners, type AllowedSigner } from './allowed-signers.ts';
import { type AnchorMaterial, unlimited } from './anchor.ts';
import { type OpensshKey, parseOpensshLine } from './openssh-key.ts';

/**
 * The keys in a file of OpenSSH: `.pub`, `authorized_keys` without options, or `allowed_signers` with its principals,
 * namespaces, times and certificate authorities, all of which the anchor keeps. Null when the file is something else.
 * Throws KEY-UNREADABLE when a line cannot be read: what it would have limited is not known.
 */
export function sshAnchors(text: string): AnchorMaterial[] | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const filled = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (!filled.some((line) => /(?:^|[ \t])AAAA[A-Za-z0-9+/]/.test(line))) return null;
  const found: AnchorMaterial[] = [];
  for (const line of filled) {
    const plain = parseOpensshLine(line);
    if (plain === null) found.push(ofAllowedSigner(line, lines.indexOf(line) + 1));
    else if (plain.material !== null) found.push(ofKey(plain)); // others sign nothing that could be checked
  }
  return found;
}

function ofKey(key: OpensshKey): AnchorMaterial {
  const { keyType, fingerprint, comment } = key;
  return { ...unlimited, kind: 'ssh', keyType, fingerprint, comment, material: lineOf(key) };
}

function ofAllowedSigner(line: string, number: number): AnchorMaterial {
  const { signers, problem } = parseAllowedSigners(line);
  const [signer] = signers;
  if (signer === undefined) {
    const why = (problem ?? '').replace(/^Line \d+: /, '');
    throw unreadable(`Line ${number} cannot be taken: ${why}`);
  }
  return { ...ofKey(signer.key), ...limitsOf(signer) };
}

function limitsOf(signer: AllowedSigner): Partial<AnchorMaterial> {
  const { principals, key, isAuthority, namespaces, validAfter, validBefore } = signer;
  return {
    kind: isAuthority ? 'ssh-ca' : 'ssh',
    comment: key.comment === '' ? principals : `${principals} (${key.comment})`,
    principals: principals.split(','),
    namespaces: namespaces?.split(',') ?? [],
    validFrom: validAfter?.toISOString() ?? null,
    validUntil: validBefore?.toISOString() ?? null,
  };
}

function lineOf({ keyType, blob, comment }: OpensshKey): string {
  return `${keyType} ${encodeBase64(blob)} ${comment}`.trimEnd();
}

function unreadable(why: string): AppError {
  return new AppError(
    'KEY-UNREADABLE',
    `The file is not one of public keys that this version takes. ${why}`,
    {
      expected: 'OpenSSH public key lines (ssh-ed25519 AAAA…) or allowed_signers',
    },
  );
}
