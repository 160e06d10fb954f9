import { createHash } from 'node:crypto';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { type SignedEntity, toSignedEntity, VerificationError, Verifier } from '@sigstore/verify';
import type { Check } from '#shared/contract/evidence.ts';
import { matchesModel } from '#engine/core/model-glob.ts';
import type { TrustAnchor } from '../anchor.ts';
import { preAuthEncoding } from '../dsse.ts';
import type { SignatureFinding } from '../formats/signature-format.ts';
import { keyTypeOf, spkiFingerprint } from '../spki.ts';
import type { KeylessIdentity, TrustQuestion } from '../trust-question.ts';
import { hashOfCurve, verifyWithKey } from '../verify-with-key.ts';
import type { Certificate } from '../x509/certificate.ts';
import { describePath } from '../x509/certificate-ids.ts';
import { checkPath, checkRevoked } from '../x509/check-path.ts';
import { DerProblem, singleValue, Tag } from '../x509/der.ts';
import type { DsseEnvelope } from './bundle-shape.ts';
import { notHolding } from './check-signature.ts';
import { findCertified } from './certified.ts';
import { publicGoodRoot } from './public-good-root.ts';
import { checkLogEntry, type LogFinding, type LoggedSignature } from './rekor.ts';
import { FULCIO_ISSUER, FULCIO_ISSUER_V1 } from './signer-material.ts';
import { readTrustedRoot, type SigstoreRoot } from './trusted-root.ts';

/** A keyless signature: the bundle as JSON, and what of it was read already. */
export interface KeylessSignature {
  readonly json: unknown;
  readonly leaf: Certificate;
  readonly envelope: DsseEnvelope;
}

/** The same where the signature is not one of an envelope: whether it holds was found out by whoever read the file. */
export interface KeylessBlob {
  readonly json: unknown;
  readonly leaf: Certificate;
  readonly holds: boolean;
  readonly signature: Uint8Array;
  /** See LoggedSignature. */
  readonly digests: readonly Uint8Array[];
}

/**
 * Checks a keyless signature offline against a trusted root: the certificate's chain and its log promises, the entry in the
 * transparency log, the timestamps, and the signature itself. The identity has to be one of the anchors, exactly or by its
 * pattern.
 */
export function checkKeyless(
  { json, leaf, envelope }: KeylessSignature,
  question: TrustQuestion,
): SignatureFinding {
  const { payloadType, payload, signatures } = envelope;
  const signature = signatures[0]?.sig ?? new Uint8Array(0);
  const hash = hashOfCurve[leaf.publicKey.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'sha256';
  const message = preAuthEncoding(payloadType, payload);
  const holds = signatures.length === 1 && verifyWithKey(leaf.publicKey, hash, message, signature);
  // Rekor v2 logs an envelope as the hash that was signed (rekor-v2-spec, section 6.1.4).
  const digests = [createHash('sha256').update(payload).digest(), createHash(hash).update(message).digest()];
  return checkKeylessBlob({ json, leaf, holds, signature, digests }, question);
}

/** See checkKeyless. */
export function checkKeylessBlob(signed: KeylessBlob, question: TrustQuestion): SignatureFinding {
  const { leaf } = signed;
  const fingerprint = spkiFingerprint(leaf.publicKey);
  if (!signed.holds) return notHolding(fingerprint);
  const by = `a signature by ${fingerprint}`;
  const held = { outcome: 'valid', expected: by, found: by } as const;
  const detail = `The signature holds (${keyTypeOf(leaf.publicKey)}, with a short-lived certificate).`;
  const identity = identityOf(leaf);
  const attempts = rootsFor(identity, question).map((root) => ({
    root,
    ...checkAgainst(root, signed, question),
  }));
  const best = attempts.find(({ isProven }) => isProven) ?? attempts[0];
  return {
    ...held,
    detail,
    key: {
      fingerprint,
      keyType: keyTypeOf(leaf.publicKey),
      name: identity.identity,
      issuer: identity.issuer,
      ...describePath(best?.path ?? [leaf]),
      ...(best === undefined ? {} : { root: { label: best.root.label, newestEntry: best.root.newestEntry } }),
      anchors: best?.isProven === true ? best.root.anchors : [],
    },
    ...(best?.provenAt === undefined ? {} : { provenAt: best.provenAt }),
    checks: best?.checks ?? [],
  };
}

/** Whom a Fulcio certificate names, and who confirmed it (sigstore/fulcio, docs/oid-info.md). */
function identityOf({ extensions }: Certificate): KeylessIdentity {
  const [name] = extensions.alternativeNames;
  const identity = name !== undefined && 'text' in name ? name.text : '';
  const current = extensions.others.get(FULCIO_ISSUER);
  const old = extensions.others.get(FULCIO_ISSUER_V1);
  return { identity, issuer: (current === undefined ? null : utf8Of(current)) ?? plainText(old) };
}

function utf8Of(der: Uint8Array): string | null {
  try {
    return plainText(singleValue(der, Tag.utf8String).content);
  } catch (error) {
    if (error instanceof DerProblem) return null;
    throw error;
  }
}

function plainText(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}

/** A root together with the anchors whose identity it would prove. */
interface RootToTry extends SigstoreRoot {
  readonly anchors: readonly TrustAnchor[];
}

/**
 * The roots that could prove an identity: those of the anchors for it; for an anchor without one, any root that was given
 * without an identity, else the one that comes with the app. Where no anchor is for it, the roots at hand still tell whether
 * the signature holds.
 */
function rootsFor(identity: KeylessIdentity, { anchors }: TrustQuestion): RootToTry[] {
  const relevant = anchors.filter(({ kind }) => kind === 'sigstore');
  const bare = relevant.filter((anchor) => anchor.identity === null);
  const matching = relevant.filter((anchor) => anchor.identity !== null && isIdentity(anchor, identity));
  const byMaterial = new Map<string, TrustAnchor[]>();
  const add = (material: string, vouching: readonly TrustAnchor[]) =>
    byMaterial.set(material, [...(byMaterial.get(material) ?? []), ...vouching]);
  for (const anchor of matching) {
    if (anchor.material !== '') add(anchor.material, [anchor]);
    else if (bare.length > 0) for (const root of bare) add(root.material, [anchor]);
    else add('', [anchor]);
  }
  if (byMaterial.size === 0) for (const root of bare) add(root.material, []);
  if (byMaterial.size === 0) add('', []);
  return [...byMaterial].flatMap(([material, vouching]) => {
    const source = relevant.find((anchor) => anchor.material === material)?.source ?? 'an anchor';
    const root =
      material === '' ? publicGoodRoot() : readTrustedRoot(material, `the Sigstore root from ${source}`);
    return typeof root === 'string' ? [] : [{ ...root, anchors: vouching }];
  });
}

function isIdentity(anchor: TrustAnchor, { identity, issuer }: KeylessIdentity): boolean {
  const expected = anchor.identity ?? '';
  const named = expected.includes('*') ? matchesModel([expected], identity) : expected === identity;
  return named && identity !== '' && anchor.issuer === issuer;
}

interface Attempt {
  readonly isProven: boolean;
  readonly provenAt?: Date;
  /** The leaf, and the authorities of the root that certify it. */
  readonly path: readonly Certificate[];
  readonly checks: readonly Check[];
}

function checkAgainst(root: SigstoreRoot, signed: KeylessBlob, question: TrustQuestion): Attempt {
  const entity = entityOf(signed);
  if (typeof entity === 'string') {
    const check: Check = { id: 'log', status: 'failed', code: 'FORMAT-INVALID', detail: entity };
    return { isProven: false, path: [signed.leaf], checks: [check] };
  }
  const about: LoggedSignature = { ...signed, certificate: signed.leaf.der };
  const findings = entity.tlogEntries.map((entry) => checkLogEntry(entry, root.material.tlogs, about));
  const log = logCheck(root, findings);
  const timestamps = timestampsOf(entity, findings);
  const path = findCertified(signed.leaf, root);
  const chain = chainChecks(root, entity, timestamps, path, question);
  const newest = Math.max(...timestamps.map((each) => timeOf(each).getTime()));
  const isProven = [log, ...chain].every(({ status }) => status === 'verified' || status === 'warning');
  return {
    isProven,
    ...(isProven ? { provenAt: new Date(newest) } : {}),
    path,
    checks: [log, ...chain],
  };
}

/** Entries and times are checked here and not by the library: its way does not work with Electron's cryptography. */
function entityOf({ json, holds, signature, digests }: KeylessBlob): SignedEntity | string {
  try {
    const bundle: Bundle = bundleFromJSON(json);
    const entity = toSignedEntity(bundle, Buffer.alloc(0));
    const content: SignedEntity['signature'] = {
      signature: Buffer.from(signature),
      compareSignature: (other) => Buffer.compare(other, signature) === 0,
      compareDigest: (other) => digests.some((digest) => Buffer.compare(other, digest) === 0),
      verifySignature: () => holds,
    };
    return { ...entity, signature: content };
  } catch (error) {
    return `The bundle cannot be read. ${error instanceof Error ? error.message : String(error)}`;
  }
}

function logCheck(root: SigstoreRoot, findings: readonly LogFinding[]): Check {
  const check = { id: 'log', expected: 'an entry in a transparency log of the trusted root' };
  const refused = findings.find(({ outcome }) => outcome === 'refused');
  if (refused?.outcome === 'refused') {
    return {
      ...check,
      status: 'failed',
      code: 'SIGNATURE-INVALID',
      found: 'one that does not count',
      detail: refused.reason,
    };
  }
  const included = findings.flatMap((finding) => (finding.outcome === 'included' ? [finding] : []));
  const [first] = included;
  if (first !== undefined)
    return { ...check, status: 'verified', found: `${first.log}, entry ${first.index}` };
  if (root.tlogs === 0) return { ...check, status: 'verified', found: 'none; the trusted root has no log' };
  return { ...check, status: 'failed', code: 'SIGNATURE-INVALID', found: 'none' };
}

/** What can prove a time: promises of a log that hold, and timestamps, which the library verifies with the chain. */
function timestampsOf(
  { timestamps }: SignedEntity,
  findings: readonly LogFinding[],
): SignedEntity['timestamps'] {
  const isLogged = findings.every(({ outcome }) => outcome === 'included');
  return timestamps.filter(
    (each) =>
      each.$case === 'timestamp-authority' || (isLogged && each.tlogEntry.inclusionPromise !== undefined),
  );
}

function timeOf(timestamp: SignedEntity['timestamps'][number]): Date {
  return timestamp.$case === 'timestamp-authority'
    ? timestamp.timestamp.signingTime
    : new Date(Number(timestamp.tlogEntry.integratedTime) * 1000);
}

/** Rules about the leaf alone; those about its authorities are the library's. */
const ownRules: ReadonlySet<string> = new Set(['time', 'chain.usage', 'chain.critical', 'chain.strength']);

function chainChecks(
  root: SigstoreRoot,
  entity: SignedEntity,
  timestamps: SignedEntity['timestamps'],
  path: readonly Certificate[],
  { revocations, at }: TrustQuestion,
): Check[] {
  const time = timestamps.map(timeOf)[0];
  if (time === undefined) {
    const detail = 'Neither a log nor a timestamp authority proves when it was signed.';
    return [
      {
        id: 'time',
        status: 'failed',
        code: 'SIGNER-EXPIRED',
        expected: 'a proven time',
        found: 'none',
        detail,
      },
    ];
  }
  const moment = { at: time, source: 'as a log or timestamp authority proves' };
  const own = checkPath(path.slice(0, 1), moment, []).filter(({ id }) => ownRules.has(id));
  const late = time.getTime() > at.getTime() + 86_400_000;
  const clock: Check[] = late
    ? [
        {
          id: 'clock',
          status: 'warning',
          code: 'CLOCK-BEHIND',
          expected: `signed no later than ${at.toISOString()}`,
          found: `${time.toISOString()}, as a log or timestamp authority proves`,
        },
      ]
    : [];
  return [chainCheck(root, entity, timestamps), ...own, checkRevoked(path, revocations), ...clock];
}

/** The certificate's way to an authority of the root, its promises of certificate logs, and the timestamps. */
function chainCheck(root: SigstoreRoot, entity: SignedEntity, timestamps: SignedEntity['timestamps']): Check {
  const check = { id: 'chain', expected: `a certificate of ${root.label}` };
  try {
    const ctlogThreshold = root.ctlogs === 0 ? 0 : 1;
    const verifier = new Verifier(root.material, { tlogThreshold: 0, ctlogThreshold, timestampThreshold: 1 });
    verifier.verify({ ...entity, tlogEntries: [], timestamps });
    return { ...check, status: 'verified', found: root.label };
  } catch (error) {
    const reason =
      error instanceof VerificationError ? error.message : 'its certificate or a timestamp is malformed';
    return { ...check, status: 'failed', code: 'CHAIN-INVALID', found: reason };
  }
}
