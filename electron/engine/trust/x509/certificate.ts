import { createPublicKey, type KeyObject } from 'node:crypto';
import { DerProblem, DerReader, integerBytes, oidOf, Tag, timeOf, wholeBits } from './der.ts';
import { type Extensions, parseExtensions } from './extensions.ts';
import { nameKey, nameText } from './names.ts';

/** No certificate that signs models is anywhere near this size. */
const MAX_CERTIFICATE_BYTES = 64 * 1024;

/** Algorithm and its parameters, as encoded. */
export interface AlgorithmId {
  readonly oid: string;
  readonly parameters: Uint8Array | null;
}

/** A certificate as RFC 5280 describes it, read but not believed. */
export interface Certificate {
  readonly der: Uint8Array;
  /** What its issuer signed. */
  readonly tbs: Uint8Array;
  readonly algorithm: AlgorithmId;
  readonly signature: Uint8Array;
  /** Lower-case hex. */
  readonly serial: string;
  /** Names in a form that compares equal when RFC 5280, section 7.1, says so; and as text. */
  readonly issuer: string;
  readonly subject: string;
  readonly issuerText: string;
  readonly subjectText: string;
  /** The subject's encoding, for name constraints. */
  readonly subjectDer: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly extensions: Extensions;
}

/** Reads one certificate strictly as DER; a string says why it cannot be read. */
export function parseCertificate(der: Uint8Array): Certificate | string {
  if (der.length > MAX_CERTIFICATE_BYTES) return 'The certificate is far too large.';
  try {
    return readCertificate(der);
  } catch (error) {
    if (!(error instanceof DerProblem)) throw error;
    return `The certificate is not DER as RFC 5280 has it: ${error.message}.`;
  }
}

function readCertificate(der: Uint8Array): Certificate {
  const outer = new DerReader(der);
  const whole = outer.enter(Tag.sequence);
  outer.end();
  const tbs = whole.next(Tag.sequence);
  const algorithm = readAlgorithm(whole);
  const signature = wholeBits(whole.next(Tag.bitString).content);
  whole.end();
  const fields = new DerReader(tbs.content);
  const version = readVersion(fields);
  const serial = Buffer.from(integerBytes(fields.next(Tag.integer).content)).toString('hex');
  const signedAlgorithm = readAlgorithm(fields);
  if (!sameAlgorithm(algorithm, signedAlgorithm)) throw new DerProblem('two signature algorithms');
  const issuer = fields.next(Tag.sequence);
  const validity = fields.enter(Tag.sequence);
  const notBefore = timeOf(validity.next());
  const notAfter = timeOf(validity.next());
  validity.end();
  const subject = fields.next(Tag.sequence);
  const publicKey = readKey(fields.next(Tag.sequence).encoded);
  for (const tag of [0x81, 0x82])
    if (fields.optional(tag) !== null && version < 2) throw new DerProblem('ids in v1');
  const extensions = fields.optional(0xa3);
  if (extensions !== null && version !== 3) throw new DerProblem('extensions before version 3');
  fields.end();
  return {
    der,
    tbs: tbs.encoded,
    algorithm,
    signature,
    serial,
    issuer: nameKey(issuer.content),
    subject: nameKey(subject.content),
    issuerText: nameText(issuer.content),
    subjectText: nameText(subject.content),
    subjectDer: subject.content,
    notBefore,
    notAfter,
    publicKey,
    extensions: parseExtensions(extensions?.content ?? null),
  };
}

function readVersion(fields: DerReader): number {
  const tagged = fields.optional(0xa0);
  if (tagged === null) return 1;
  const inner = new DerReader(tagged.content);
  const value = inner.next(Tag.integer).content;
  inner.end();
  if (value.length !== 1 || (value[0] !== 1 && value[0] !== 2)) throw new DerProblem('an unknown version');
  return value[0] + 1;
}

function readAlgorithm(reader: DerReader): AlgorithmId {
  const inner = reader.enter(Tag.sequence);
  const oid = oidOf(inner.next(Tag.oid).content);
  const parameters = inner.atEnd ? null : inner.next().encoded;
  inner.end();
  return { oid, parameters };
}

function sameAlgorithm(a: AlgorithmId, b: AlgorithmId): boolean {
  return (
    a.oid === b.oid &&
    Buffer.compare(a.parameters ?? new Uint8Array(0), b.parameters ?? new Uint8Array(0)) === 0
  );
}

function readKey(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    throw new DerProblem('a public key that is malformed or of an unknown type');
  }
}
