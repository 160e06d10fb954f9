import { AppError } from '#engine/core/app-error.ts';
import { type AnchorMaterial, unlimited } from './anchor.ts';
import { parseMinisignKey } from './minisign-key.ts';
import { openpgpPublicKeyIn } from './openpgp-packets.ts';
import { pemAnchors } from './pem-anchors.ts';
import { sshAnchors } from './ssh-anchors.ts';

export const MAX_ANCHOR_FILE_BYTES = 1024 * 1024;

const UNTRUSTED = 'untrusted comment: ';

/**
 * What could be an anchor in a file: OpenSSH lines (`.pub`, `allowed_signers`), a minisign or signify public key, OpenPGP
 * certificates, public keys and certificates in PEM, a trusted root of Sigstore. Told by content. A file with anything that is not understood is refused as a whole: KEY-UNREADABLE.
 */
export async function parseAnchors(bytes: Uint8Array): Promise<AnchorMaterial[]> {
  if (bytes.length > MAX_ANCHOR_FILE_BYTES) throw unreadable('It is too large for a file of public keys.');
  const text = Buffer.from(bytes).toString('utf8');
  const secret = /-----BEGIN [A-Z ]*PRIVATE KEY|encrypted secret key/.test(text);
  if (secret)
    throw unreadable('It holds a secret key. Anchors are made from public keys; keep the secret one away.');
  const found = await findAnchors(bytes, text);
  if (found.length === 0) throw unreadable('There is no public key in it.');
  // One key may be there for several namespaces or principals; each line keeps its own limits.
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}

async function findAnchors(bytes: Uint8Array, text: string): Promise<AnchorMaterial[]> {
  if (openpgpPublicKeyIn(bytes)) {
    // The library is large, so it is loaded when there is something for it.
    const { openpgpAnchors } = await import('./openpgp-anchors.ts');
    return await openpgpAnchors(bytes);
  }
  if (/^-----BEGIN (?:PUBLIC KEY|CERTIFICATE)-----/m.test(text)) {
    const found = pemAnchors(text);
    if (typeof found === 'string') throw unreadable(found);
    return found;
  }
  if (/^-----BEGIN /m.test(text)) throw unreadable('It is PEM of a kind that this version does not take.');
  if (text.trimStart().startsWith('{')) {
    const { sigstoreRootAnchor } = await import('./sigstore/root-anchor.ts');
    const found = sigstoreRootAnchor(text);
    if (typeof found === 'string') throw unreadable(found);
    return [found];
  }
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return minisignKeys(lines) ?? sshAnchors(text) ?? [];
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
  // signify writes the same, and says `… public key` where minisign says `minisign public key <id>`.
  const kind = hasComment && !/minisign/i.test(said) ? 'signify' : 'minisign';
  return [{ ...unlimited, kind, keyType: 'ed25519', fingerprint, comment, material }];
}

function unreadable(why: string): AppError {
  return new AppError(
    'KEY-UNREADABLE',
    `The file is not one of public keys that this version takes. ${why}`,
    {
      expected:
        'OpenSSH public key lines, a minisign or signify public key, OpenPGP certificates, public keys or certificates in PEM, or a trusted_root.json',
    },
  );
}

/** Is what a person typed or compared this key's fingerprint? The prefix may be left out, nothing else. */
export function isFingerprint(given: string, key: { readonly fingerprint: string }): boolean {
  const text = given.trim();
  const bare = key.fingerprint.slice(key.fingerprint.indexOf(':') + 1);
  if (text === key.fingerprint || text === bare) return true;
  // openssl writes digests in upper-case hex with colons.
  return /^[0-9a-f]{64}$/.test(bare) && text.replaceAll(':', '').toLowerCase() === bare;
}
