import { createHash, type KeyObject } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import type { TrustMaterial } from '@sigstore/verify';
import { z } from 'zod';
import { decodeBase64 } from '#engine/core/base64.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { verifyWithKey } from '../verify-with-key.ts';
import { isIncluded } from './inclusion-proof.ts';

type Log = TrustMaterial['tlogs'][number];

const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Of the year 9999, in Unix time. */
const LAST_SECOND = 253_402_300_799n;

/** What an entry has to be about. */
export interface LoggedSignature {
  readonly signature: Uint8Array;
  /** Of the payload and of what DSSE signs, or of the file: entries name one of them. */
  readonly digests: readonly Uint8Array[];
  /** DER of the certificate that signed. */
  readonly certificate: Uint8Array;
}

/** What an entry of a transparency log proves. */
export type LogFinding =
  | {
      readonly outcome: 'included';
      readonly log: string;
      readonly index: string;
      /** When the log promises to have seen it; null when only the entry's place is proven. */
      readonly seenAt: Date | null;
    }
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Checks one entry of a Rekor log offline (sigstore/protobuf-specs, sigstore_rekor.proto): that the log promised it (signed
 * entry timestamp), that it is in the tree of a signed checkpoint (RFC 6962), whichever is there, and at least one; and that
 * it is about this very signature, these bytes and this certificate.
 */
export function checkLogEntry(
  entry: TransparencyLogEntry,
  logs: readonly Log[],
  signed: LoggedSignature,
): LogFinding {
  const candidates = logs.filter(({ logID }) => Buffer.compare(logID, entry.logId.keyId) === 0);
  if (candidates.length === 0) return refused('The trusted root does not know the log of this entry.');
  const { inclusionPromise, inclusionProof } = entry;
  if (inclusionPromise === undefined && inclusionProof === undefined) {
    return refused('Neither a promise of the log nor a proof is there.');
  }
  const seconds = wholeNumber(entry.integratedTime);
  if (seconds === null || seconds > LAST_SECOND || wholeNumber(entry.logIndex) === null) {
    return refused('The place or the time of the entry is not a number that a log gives.');
  }
  const seenAt = new Date(Number(seconds) * 1000);
  if (inclusionPromise !== undefined && !candidates.some((log) => isPromisedBy(log, entry, seenAt))) {
    return refused('The promise of the log (signed entry timestamp) does not hold.');
  }
  const problem = inclusionProof === undefined ? null : findProofProblem(inclusionProof, entry, candidates);
  const mismatch = problem ?? findBodyMismatch(entry, signed);
  if (mismatch !== null) return refused(mismatch);
  return {
    outcome: 'included',
    log: candidates[0]?.baseURL ?? '',
    index: entry.logIndex,
    seenAt: inclusionPromise === undefined ? null : seenAt,
  };
}

function refused(reason: string): LogFinding {
  return { outcome: 'refused', reason };
}

function isPromisedBy({ publicKey, validFor }: Log, entry: TransparencyLogEntry, seenAt: Date): boolean {
  if (!(validFor.start <= seenAt && seenAt <= validFor.end)) return false;
  const { canonicalizedBody, integratedTime, logId, logIndex, inclusionPromise } = entry;
  const promised = canonicalBytes({
    body: canonicalizedBody.toString('base64'),
    integratedTime: Number(integratedTime),
    logID: logId.keyId.toString('hex'),
    logIndex: Number(logIndex),
  });
  return verifyWithKey(
    publicKey,
    'sha256',
    promised,
    inclusionPromise?.signedEntryTimestamp ?? new Uint8Array(0),
  );
}

function findProofProblem(
  proof: NonNullable<TransparencyLogEntry['inclusionProof']>,
  { canonicalizedBody }: TransparencyLogEntry,
  logs: readonly Log[],
): string | null {
  const checkpoint = readCheckpoint(proof.checkpoint?.envelope ?? '');
  if (checkpoint === null) return 'The checkpoint of the log is malformed.';
  if (!logs.some(({ publicKey, logID }) => isSignedCheckpoint(checkpoint, publicKey, logID))) {
    return 'No signature on the checkpoint is by a log of the trusted root.';
  }
  const size = wholeNumber(proof.treeSize);
  const index = wholeNumber(proof.logIndex);
  if (size === null || index === null || checkpoint.size !== size)
    return 'The proof is not for the checkpoint.';
  const root = checkpoint.root;
  if (Buffer.compare(proof.rootHash, root) !== 0)
    return 'The root hash of the proof is not that of the checkpoint.';
  const leaf = createHash('sha256').update(Uint8Array.of(0)).update(canonicalizedBody).digest();
  return isIncluded({ leaf, index, size, path: proof.hashes, root })
    ? null
    : 'The proof does not lead to the root hash.';
}

interface Checkpoint {
  /** What is signed. */
  readonly body: string;
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly signatures: readonly { readonly keyHint: Uint8Array; readonly signature: Uint8Array }[];
}

/** A signed note with a tree head (C2SP signed-note and tlog-checkpoint). */
function readCheckpoint(envelope: string): Checkpoint | null {
  const end = envelope.indexOf('\n\n');
  if (end < 0 || envelope.length > 64 * 1024) return null;
  const body = envelope.slice(0, end + 1);
  const [, sizeText = '', rootText = ''] = body.split('\n');
  const size = wholeNumber(sizeText);
  const root = decodeBase64(rootText);
  if (size === null || root?.length !== 32) return null;
  const lines = envelope
    .slice(end + 2)
    .split('\n')
    .filter((line) => line !== '');
  const signatures = lines.map((line) => {
    const bytes = decodeBase64(/^\u2014 \S+ (\S+)$/.exec(line)?.[1] ?? '');
    return bytes === null || bytes.length < 5
      ? null
      : { keyHint: bytes.subarray(0, 4), signature: bytes.subarray(4) };
  });
  return signatures.includes(null)
    ? null
    : { body, size, root, signatures: signatures.filter((each) => each !== null) };
}

function isSignedCheckpoint({ body, signatures }: Checkpoint, key: KeyObject, logId: Uint8Array): boolean {
  const message = new TextEncoder().encode(body);
  return signatures.some(
    ({ keyHint, signature }) =>
      Buffer.compare(keyHint, logId.subarray(0, 4)) === 0 && verifyWithKey(key, 'sha256', message, signature),
  );
}

function wholeNumber(text: string): bigint | null {
  return /^(?:0|[1-9]\d{0,18})$/.test(text) ? BigInt(text) : null;
}

const Body = z.looseObject({ kind: z.string(), apiVersion: z.string(), spec: z.looseObject({}) });

/** An entry that is about something else proves nothing, however well it is proven itself. */
function findBodyMismatch(
  { kindVersion, canonicalizedBody }: TransparencyLogEntry,
  signed: LoggedSignature,
): string | null {
  let body: z.infer<typeof Body>;
  try {
    body = Body.parse(parseStrictJson(canonicalizedBody, { maxBytes: MAX_BODY_BYTES, maxDepth: 32 }));
  } catch {
    return 'The body of the entry cannot be read.';
  }
  if (body.kind !== kindVersion.kind || body.apiVersion !== kindVersion.version)
    return 'The entry is of another kind.';
  if (!['dsse', 'intoto', 'hashedrekord'].includes(body.kind))
    return `Entries of kind ${body.kind} are not known.`;
  const texts = stringsIn(body.spec);
  if (!texts.some((text) => says(text, signed.signature))) return 'The entry is about another signature.';
  if (!texts.some((text) => signed.digests.some((digest) => says(text, digest))))
    return 'The entry is about other bytes.';
  if (!texts.some((text) => says(text, signed.certificate))) return 'The entry is about another certificate.';
  return null;
}

/** Each kind and version puts the same three things elsewhere; signature, digest and certificate cannot stand for each other. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

/** In base64 (of PEM, too, and once more in base64 for `intoto` entries) or in hex. */
function says(text: string, bytes: Uint8Array): boolean {
  const wanted = Buffer.from(bytes);
  if (text === wanted.toString('hex') || text === wanted.toString('base64')) return true;
  const decoded = decodeBase64(text);
  if (decoded === null) return false;
  const inner = Buffer.from(decoded).toString('latin1');
  if (inner === wanted.toString('base64')) return true;
  const pem = /^-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/.exec(
    inner,
  )?.[1];
  return pem?.replace(/\s+/g, '') === wanted.toString('base64');
}
