import type { Config, Key, SignaturePacket, Subkey } from 'openpgp';
import { z } from 'zod';
import { isUsablePublicKey } from './ed25519.ts';
import { type OpenpgpCertificate, openpgpFingerprint } from './openpgp-certificate.ts';
import type { OpenpgpSignature } from './openpgp-signature.ts';

/** The key or subkey that a signature names, in a certificate that is at hand. */
export interface OpenpgpIssuer {
  readonly certificate: OpenpgpCertificate;
  /** Of the primary key or the subkey that signed. */
  readonly fingerprint: string;
}

/** One signature held against the certificates at hand; every question is answered by itself. */
export interface OpenpgpOutcome {
  /** The key that the signature names, in hex. */
  readonly named: string;
  /** Null: no certificate at hand has that key, and nothing else is known. */
  readonly issuer: OpenpgpIssuer | null;
  /** Why the signature does not hold; null when it does. */
  readonly problem: string | null;
  /** Why the certificate does not let this key sign (self-signature, binding, cross-signature); null when it does. */
  readonly bindingProblem: string | null;
  readonly isRevoked: boolean;
  readonly createdAt: Date | null;
  /** When the signature, and when the key, end; null: never. */
  readonly expiresAt: Date | null;
  readonly keyExpiresAt: Date | null;
}

/**
 * Checks a signature over data whose framed digest is known (see OpenpgpSignature.prefix and suffix), as of a moment. The
 * library never sees the data: it gets the digest, which was computed in the one pass that reads the file.
 */
export async function verifyOpenpgp(
  signature: OpenpgpSignature,
  digest: Uint8Array,
  certificates: readonly OpenpgpCertificate[],
  at: Date,
): Promise<OpenpgpOutcome> {
  const openpgp = await import('openpgp');
  const nothing = {
    bindingProblem: null,
    isRevoked: false,
    createdAt: null,
    expiresAt: null,
    keyExpiresAt: null,
  };
  let packet: SignaturePacket | undefined;
  try {
    const read = await openpgp.readSignature({ binarySignature: signature.packet });
    packet = read.packets[0];
  } catch (error) {
    return { named: '', issuer: null, problem: `It cannot be read: ${messageOf(error)}.`, ...nothing };
  }
  if (packet === undefined)
    return { named: '', issuer: null, problem: 'There is no signature in it.', ...nothing };
  const named =
    packet.issuerFingerprint === null
      ? packet.issuerKeyID.toHex().toUpperCase()
      : Buffer.from(packet.issuerFingerprint).toString('hex').toUpperCase();
  const found = findIssuer(packet, certificates);
  if (found === null) return { named, issuer: null, problem: null, ...nothing };
  const config: Config = { ...openpgp.config, minRSABits: 2048 };
  const { certificate, key } = found;
  return {
    named,
    issuer: { certificate, fingerprint: openpgpFingerprint(key.getFingerprint()) },
    problem: await findProblem(packet, digest, key, config),
    bindingProblem: await findBindingProblem(packet, certificate.key, at, config),
    isRevoked: await isRevoked(certificate.key, key, at, config),
    createdAt: packet.created,
    expiresAt: dateOrNull(packet.getExpirationTime()),
    keyExpiresAt: await expiryOf(certificate.key, key, at, config),
  };
}

type SigningKey = Key | Subkey;

function findIssuer(
  packet: SignaturePacket,
  certificates: readonly OpenpgpCertificate[],
): { certificate: OpenpgpCertificate; key: SigningKey } | null {
  const wanted =
    packet.issuerFingerprint === null ? null : Buffer.from(packet.issuerFingerprint).toString('hex');
  for (const certificate of certificates) {
    const keys = certificate.key.getKeys(packet.issuerKeyID);
    const key = keys.find((each) => wanted === null || each.getFingerprint() === wanted);
    if (key !== undefined) return { certificate, key };
  }
  return null;
}

async function findProblem(
  packet: SignaturePacket,
  digest: Uint8Array,
  key: SigningKey,
  config: Config,
): Promise<string | null> {
  if (!hasUsablePoint(key)) return 'The key is a point of small order, which signs anything.';
  // The library hashes what it is given unless the digest is there already.
  const ready = Object.assign(packet, { hashed: digest });
  try {
    const type = packet.signatureType;
    if (type === null) return 'It is of no type.';
    await ready.verify(key.keyPacket, type, new Uint8Array(0), new Date(packet.created ?? 0), true, config);
    return null;
  } catch (error) {
    return isMismatch(error)
      ? 'The signature does not match the bytes: they, or it, were changed.'
      : `The signature is not accepted: ${messageOf(error)}.`;
  }
}

const EdPoint = z.union([
  z.object({ A: z.instanceof(Uint8Array) }).transform(({ A }) => A),
  z
    .object({ Q: z.instanceof(Uint8Array).refine((point) => point[0] === 0x40) })
    .transform(({ Q }) => Q.subarray(1)),
]);

/** Ed25519 keys hold their point as it is, or after 0x40 (RFC 9580, section 11.2.1). Other keys have their own checks. */
function hasUsablePoint({ keyPacket }: SigningKey): boolean {
  const point = EdPoint.safeParse(keyPacket.publicParams);
  return !point.success || isUsablePublicKey(new Uint8Array(point.data));
}

/**
 * A key may sign when it could at the time of signing. Certificates whose self-signatures were renewed since then no
 * longer show that; for them, that it can now is enough.
 */
async function findBindingProblem(
  packet: SignaturePacket,
  certificate: Key,
  at: Date,
  config: Config,
): Promise<string | null> {
  const attempt = (date: Date) =>
    certificate.getSigningKey(packet.issuerKeyID, date, undefined, config).then(
      () => null,
      (error: unknown) => messageOf(error),
    );
  const then = await attempt(packet.created ?? at);
  if (then === null || /revoked/.test(then)) return null; // revocation is a question of its own
  const now = await attempt(at);
  return now === null || /revoked/.test(now) ? null : then;
}

async function isRevoked(certificate: Key, key: SigningKey, at: Date, config: Config): Promise<boolean> {
  if (await certificate.isRevoked(undefined, undefined, at, config)) return true;
  if (!('bindingSignatures' in key)) return false;
  for (const binding of key.bindingSignatures) {
    if (await key.isRevoked(binding, certificate.keyPacket, at, config)) return true;
  }
  return false;
}

async function expiryOf(certificate: Key, key: SigningKey, at: Date, config: Config): Promise<Date | null> {
  const ends = [
    await certificate.getExpirationTime(undefined, config),
    'bindingSignatures' in key ? await key.getExpirationTime(at, config) : null,
  ].flatMap((end) => (end instanceof Date ? [end.getTime()] : []));
  return ends.length === 0 ? null : new Date(Math.min(...ends));
}

function dateOrNull(end: Date | number): Date | null {
  return end instanceof Date ? end : null;
}

function isMismatch(error: unknown): boolean {
  return /digest did not match|verification failed/.test(messageOf(error));
}

/** The library's words, without its name for itself. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^Error: /, '').replace(/\.$/, '') : String(error);
}
