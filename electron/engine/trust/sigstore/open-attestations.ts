import { asAppError } from '#engine/core/app-error.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';
import { ed25519KeyOf, type TrustAnchor } from '../anchor.ts';
import { preAuthEncoding } from '../dsse.ts';
import { verifyEd25519 } from '../ed25519.ts';
import type { OpenSignature, SignatureFinding } from '../formats/signature-format.ts';
import type { SignedList } from '../listed-file.ts';
import { keyTypeOf, parseSpkiPem, spkiFingerprint } from '../spki.ts';
import type { TrustQuestion } from '../trust-question.ts';
import { verifyWithUsualHash } from '../verify-with-key.ts';
import { type Attested, readAttestation } from './attestation.ts';
import { DsseEnvelope } from './bundle-shape.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_LINES = 100;
const MAX_DEPTH = 32;

interface OpenedEnvelope {
  readonly envelope: DsseEnvelope;
  readonly attested: Attested;
}

/** Opens bare envelopes; a string says why one of them cannot be read. */
export function openAttestations(content: Uint8Array): OpenSignature | string {
  if (content.length > MAX_BYTES) return 'It is far too large for attestations.';
  const opened: OpenedEnvelope[] = [];
  for (const line of documentsIn(content)) {
    const envelope = openEnvelope(line);
    if (typeof envelope === 'string') return envelope;
    opened.push(envelope);
    if (opened.length > MAX_LINES) return 'It holds too many attestations.';
  }
  if (opened.length === 0) return 'It holds no attestation.';
  return {
    signs: { kind: 'list', list: joinLists(opened.map(({ attested }) => attested.list)) },
    check: (_, question) => opened.flatMap((each) => checkEnvelope(each, question)),
  };
}

/** One document over several lines, or one a line. */
function documentsIn(content: Uint8Array): Uint8Array[] {
  const text = Buffer.from(content).toString('utf8').trim();
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const isLines = lines.every((line) => line.startsWith('{') && line.endsWith('}'));
  return (isLines ? lines : [text]).map((each) => new TextEncoder().encode(each));
}

function openEnvelope(line: Uint8Array): OpenedEnvelope | string {
  try {
    const parsed = DsseEnvelope.safeParse(
      parseStrictJson(line, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH }),
    );
    if (!parsed.success) return `It is not a DSSE envelope. ${explainIssues(parsed.error)}`;
    const statement = parseStrictJson(parsed.data.payload, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH });
    const attested = readAttestation(statement);
    return typeof attested === 'string' ? attested : { envelope: parsed.data, attested };
  } catch (error) {
    return asAppError(error).message;
  }
}

function joinLists(lists: readonly SignedList[]): SignedList {
  return {
    entries: lists.flatMap(({ entries }) => entries),
    problems: lists.flatMap(({ problems }) => problems),
    isWhole: false,
    ignoredPaths: [],
    omitsEmptyFiles: false,
  };
}

/**
 * Each signature of an envelope by itself (DSSE, protocol.md). One that no key of this site made cannot be told from a broken
 * one: it is invalid unless another holds and its key id names no key of this site; then it is mentioned. How many have to hold
 * is the policy's business.
 */
function checkEnvelope(
  { envelope, attested }: OpenedEnvelope,
  { anchors }: TrustQuestion,
): SignatureFinding[] {
  const { payloadType, payload, signatures } = envelope;
  const message = preAuthEncoding(payloadType, payload);
  const keys = anchors.flatMap(keyOf);
  const judged = signatures.map(({ sig, keyid }) => {
    const named = keys.filter(({ ids }) => ids.includes(keyid ?? ''));
    const candidates = named.length > 0 ? named : keys;
    return {
      keyid: keyid ?? '',
      isNamed: named.length > 0,
      signer: candidates.find(({ holds }) => holds(message, sig)),
    };
  });
  const valid = judged.flatMap(({ signer }) => (signer === undefined ? [] : [signer]));
  const unknown = judged.filter(({ signer, isNamed }) => signer === undefined && !isNamed);
  const findings = valid.map((signer) => validFinding(signer, keys, attested));
  const broken = judged.filter(({ signer, isNamed }) => signer === undefined && isNamed);
  const [first, ...others] = findings;
  const bad = [...broken, ...(first === undefined ? unknown : [])].map(({ keyid, isNamed }) =>
    invalidFinding(keyid, isNamed),
  );
  if (unknown.length === 0 || first === undefined) return [...findings, ...bad];
  const detail = `${unknown.length} more signatures are by keys that this site does not know.`;
  const mention = { id: 'signers', status: 'warning', code: 'SIGNER-UNKNOWN', detail } as const;
  return [{ ...first, checks: [mention] }, ...others, ...bad];
}

interface EnvelopeKey {
  readonly anchor: TrustAnchor;
  readonly keyType: string;
  /** How an envelope may name it. */
  readonly ids: readonly string[];
  readonly holds: (message: Uint8Array, signature: Uint8Array) => boolean;
}

function keyOf(anchor: TrustAnchor): EnvelopeKey[] {
  const raw = ed25519KeyOf(anchor);
  const { fingerprint, keyType } = anchor;
  const bare = fingerprint.slice(fingerprint.indexOf(':') + 1);
  const known = { anchor, keyType, ids: [fingerprint, bare] };
  if (raw !== null)
    return [{ ...known, holds: (message, signature) => verifyEd25519(signature, message, raw) }];
  const key = anchor.kind === 'public-key' ? parseSpkiPem(anchor.material) : null;
  if (key === null) return [];
  const ids = [...known.ids, spkiFingerprint(key)];
  return [
    {
      ...known,
      ids,
      keyType: keyTypeOf(key),
      holds: (message, signature) => verifyWithUsualHash(key, message, signature),
    },
  ];
}

function validFinding(
  signer: EnvelopeKey,
  keys: readonly EnvelopeKey[],
  { claim }: Attested,
): SignatureFinding {
  const { fingerprint } = signer.anchor;
  const by = `a signature by ${fingerprint}`;
  const holders = keys.filter(({ anchor }) => anchor.fingerprint === fingerprint).map(({ anchor }) => anchor);
  return {
    outcome: 'valid',
    expected: by,
    found: by,
    detail: `The attestation’s signature holds (${signer.keyType}).`,
    key: { fingerprint, keyType: signer.keyType, anchors: holders },
    comment: claim,
  };
}

function invalidFinding(keyid: string, isNamed: boolean): SignatureFinding {
  const named = keyid === '' ? 'a key that is not named' : `the key ${keyid}`;
  const invalid = {
    outcome: 'invalid',
    expected: `a signature by ${named}`,
    found: 'none that holds',
    key: null,
  } as const;
  if (isNamed)
    return { ...invalid, detail: 'The signature does not match the statement: it, or that, was changed.' };
  const detail = 'It holds under no key of this site, so it cannot be checked.';
  return { ...invalid, detail, unknownKey: named };
}
