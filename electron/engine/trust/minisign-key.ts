import { decodeBase64, encodeBase64 } from '#engine/core/base64.ts';
import { isUsablePublicKey } from './ed25519.ts';

const PREFIX = 'minisign:';
const ALGORITHM = 'Ed';

export interface MinisignKey {
  /** As minisign prints it: 16 upper-case hex digits. Chosen at random, so it names a key but does not prove it. */
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  /** `minisign:` and the whole public key as minisign writes it, which is what its owner publishes. */
  readonly fingerprint: string;
}

/** Reads the base64 line of a minisign public key: algorithm, key id, Ed25519 key. Null when it is none. */
export function parseMinisignKey(text: string): MinisignKey | null {
  const bytes = decodeBase64(text);
  if (bytes?.length !== 42 || latin1(bytes.subarray(0, 2)) !== ALGORITHM) return null;
  const publicKey = bytes.slice(10);
  if (!isUsablePublicKey(publicKey)) return null;
  return { keyId: keyIdOf(bytes.subarray(2, 10)), publicKey, fingerprint: `${PREFIX}${encodeBase64(bytes)}` };
}

/** The key id inside a minisign anchor's fingerprint; null for other anchors. */
export function minisignKeyIdOf(fingerprint: string): string | null {
  if (!fingerprint.startsWith(PREFIX)) return null;
  return parseMinisignKey(fingerprint.slice(PREFIX.length))?.keyId ?? null;
}

/** Eight bytes in file order as minisign prints them: a little-endian number. */
export function keyIdOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).reverse().toString('hex').toUpperCase();
}

/** Bytes as text, one character each. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

const UNTRUSTED = 'untrusted comment: ';
const TRUSTED = 'trusted comment: ';

/** Does it begin as signature files of minisign and signify do? Their public keys begin so too, with a shorter second line. */
export function beginsAsEdSignature(content: Uint8Array): boolean {
  const [first, second = ''] = headLines(content);
  return first?.startsWith(UNTRUSTED) === true && decodeBase64(second)?.length !== 42;
}

/** What minisign's files have on their third line, and signify's never. */
export function hasTrustedComment(content: Uint8Array): boolean {
  return headLines(content)[2]?.startsWith(TRUSTED) === true;
}

function headLines(content: Uint8Array): string[] {
  return latin1(content.subarray(0, 4096)).split(/\r?\n/, 3);
}
