import type { PublicKey } from 'openpgp';
import { AppError } from '#engine/core/app-error.ts';
import { latin1 } from './minisign-key.ts';
import { certificateLimits, splitPackets, takeOffArmor } from './openpgp-packets.ts';

const MAX_CERTIFICATE_BYTES = 1024 * 1024;
/** Public keys, subkeys, signatures, user IDs and attributes, trust, markers and padding (RFC 9580, section 5). */
const publicTags: readonly number[] = [2, 6, 10, 12, 13, 14, 17, 21];

/** Public keys of OpenPGP, read and not accepted by anybody. */
export interface OpenpgpCertificate {
  readonly key: PublicKey;
  /** `openpgp:` and the upper-case hex fingerprint of the primary key. */
  readonly fingerprint: string;
  /** `openpgp v4 ed25519` and the like. */
  readonly keyType: string;
  /** What it says of its owner: a claim. */
  readonly userIds: readonly string[];
  /** The certificate by itself, armored. */
  readonly armored: string;
}

/** `openpgp:<hex>`, as anchors and reports name a primary key or subkey. */
export function openpgpFingerprint(hex: string): string {
  return `openpgp:${hex.toUpperCase()}`;
}

/** Reads every certificate in a file. Throws KEY-UNREADABLE when any of it cannot be, or when it holds a secret key. */
export async function parseOpenpgpCertificates(content: Uint8Array): Promise<OpenpgpCertificate[]> {
  const binaryKeys = packetsOf(content);
  const { readKeys } = await import('openpgp');
  try {
    const keys = await readKeys({ binaryKeys, config: { enableParsingV5Entities: false } });
    return keys.map((key) => ({
      key,
      fingerprint: openpgpFingerprint(key.getFingerprint()),
      keyType: `openpgp v${key.keyPacket.version} ${describeAlgorithm(key)}`,
      userIds: key.getUserIDs(),
      armored: key.armor(),
    }));
  } catch (error) {
    throw unreadable('It holds something that is no OpenPGP certificate.', error);
  }
}

function packetsOf(content: Uint8Array): Uint8Array {
  if (content.length > MAX_CERTIFICATE_BYTES) throw unreadable('It is too large.');
  let binary = content;
  if (latin1(content.subarray(0, 5)) === '-----') {
    const armor = takeOffArmor(content);
    if (typeof armor === 'string') throw unreadable(armor);
    if (armor.title !== 'PGP PUBLIC KEY BLOCK') throw unreadable(`It is a ${armor.title}.`);
    binary = armor.bytes;
  }
  const packets = splitPackets(binary, certificateLimits);
  if (typeof packets === 'string') throw unreadable(packets);
  const other = packets.find(({ tag }) => !publicTags.includes(tag));
  if (other !== undefined)
    throw unreadable(`It holds a packet of type ${other.tag}, which public keys do not.`);
  return binary;
}

function describeAlgorithm(key: PublicKey): string {
  const { algorithm, bits, curve } = key.getAlgorithmInfo();
  if (bits !== undefined) return `${algorithm} ${bits}`;
  return curve ?? algorithm;
}

function unreadable(why: string, cause?: unknown): AppError {
  const next = 'Ask its owner for the public key as gpg --export writes it.';
  return new AppError('KEY-UNREADABLE', `The OpenPGP certificate cannot be read. ${why}`, { next }, cause);
}
