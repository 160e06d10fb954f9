import { z } from 'zod';
import type { HashAlgorithm } from '#shared/contract/system.ts';
import { findPathProblem } from '#engine/core/release-path.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';
import { preAuthEncoding } from '../dsse.ts';
import type { OpenSignature, SignatureFinding } from '../formats/signature-format.ts';
import type { ListedFile, ListProblem, SignedList } from '../listed-file.ts';
import type { TrustQuestion } from '../trust-question.ts';
import { verifyWithUsualHash } from '../verify-with-key.ts';
import type { BundleShape, DsseEnvelope } from './bundle-shape.ts';
import { checkCertificateSignature, checkKeySignature, type Holds } from './check-signature.ts';
import { readMaterial, type SignerMaterial } from './signer-material.ts';

/** Digests of in-toto (attestation, spec/v1/digest_set.md) that are computed here. */
const algorithms: Readonly<Record<string, { readonly name: HashAlgorithm; readonly hexLength: number }>> = {
  sha256: { name: 'sha256', hexLength: 64 },
  sha384: { name: 'sha384', hexLength: 96 },
  sha512: { name: 'sha512', hexLength: 128 },
  blake2b: { name: 'blake2b-512', hexLength: 128 },
  blake3: { name: 'blake3', hexLength: 64 },
};

const Statement = z.looseObject({
  _type: z.enum(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']),
  predicateType: z.string().min(1).max(512),
  subject: z
    .array(z.looseObject({ name: z.string().max(4200).optional(), digest: z.record(z.string(), z.string()) }))
    .min(1)
    .max(1_000_000),
  predicate: z.unknown().optional(),
});

/** What an attestation says of which files. */
export interface Attested {
  readonly list: SignedList;
  /** The predicate in a line: what its signer claims, and nobody checks. */
  readonly claim: string;
}

/** Opens an attestation in a Sigstore bundle; a string says why it cannot be read. */
export function openAttestation(
  bundle: BundleShape & { readonly dsseEnvelope: DsseEnvelope },
  statement: unknown,
  json: unknown,
): OpenSignature | string {
  const attested = readAttestation(statement);
  if (typeof attested === 'string') return attested;
  const material = readMaterial(bundle.verificationMaterial);
  if (typeof material === 'string') return material;
  const { payloadType, payload, signatures } = bundle.dsseEnvelope;
  const [signature, ...others] = signatures;
  if (signature === undefined || others.length > 0) return 'A bundle has one signature in its envelope.';
  const message = preAuthEncoding(payloadType, payload);
  const holds: Holds = (key) => verifyWithUsualHash(key, message, signature.sig);
  return {
    format: 'in-toto',
    signs: { kind: 'list', list: attested.list },
    check: async (_, question) => {
      const finding = await checkMaterial({ json, envelope: bundle.dsseEnvelope, material, holds }, question);
      return [{ ...finding, comment: attested.claim }];
    },
  };
}

interface SignedEnvelope {
  readonly json: unknown;
  readonly envelope: DsseEnvelope;
  readonly material: SignerMaterial;
  readonly holds: Holds;
}

async function checkMaterial(
  { json, envelope, material, holds }: SignedEnvelope,
  question: TrustQuestion,
): Promise<SignatureFinding> {
  switch (material.method) {
    case 'key':
      return checkKeySignature(material, holds, question);
    case 'certificate':
      return checkCertificateSignature(material, holds, question);
    case 'keyless': {
      const { checkKeyless } = await import('./keyless.ts');
      return checkKeyless({ json, leaf: material.leaf, envelope }, question);
    }
  }
}

/** Reads an in-toto statement, v1 or v0.1; a string says why it cannot be read. */
export function readAttestation(statement: unknown): Attested | string {
  const parsed = Statement.safeParse(statement);
  if (!parsed.success) return `Its payload is not an in-toto statement. ${explainIssues(parsed.error)}`;
  const entries: ListedFile[] = [];
  const problems: ListProblem[] = [];
  for (const { name = '.', digest } of parsed.data.subject) {
    const path = name.replace(/^\.\//, '');
    const known = Object.entries(digest).filter(([algorithm, hex]) => isDigest(algorithm, hex));
    const unsafe = path === '.' ? null : findPathProblem(path);
    if (unsafe !== null) problems.push({ code: 'PATH-UNSAFE', path, detail: `The name ${unsafe}.` });
    else if (known.length === 0) {
      problems.push({ code: 'FORMAT-INVALID', path, detail: 'It has no digest that can be checked here.' });
    }
    for (const [algorithm, hex] of known) {
      const { name: kind } = algorithms[algorithm] ?? {};
      if (kind !== undefined && unsafe === null) entries.push({ path, algorithm: kind, digest: hex });
    }
  }
  const list = { entries, problems, isWhole: false, ignoredPaths: [], omitsEmptyFiles: false };
  return { list, claim: claimOf(parsed.data.predicateType, parsed.data.predicate) };
}

function isDigest(algorithm: string, hex: string): boolean {
  return (
    Object.hasOwn(algorithms, algorithm) &&
    algorithms[algorithm]?.hexLength === hex.length &&
    /^[0-9a-f]+$/.test(hex)
  );
}

/** SLSA provenance says who built it and from what (slsa.dev/provenance/v1 and v0.2). */
function claimOf(predicateType: string, predicate: unknown): string {
  const Builder = z.looseObject({ id: z.string().max(1000) });
  const Provenance = z.looseObject({
    builder: Builder.optional(),
    runDetails: z.looseObject({ builder: Builder.optional() }).optional(),
  });
  const { data } = Provenance.safeParse(predicate);
  const builder = data?.runDetails?.builder?.id ?? data?.builder?.id;
  return builder === undefined ? predicateType : `${predicateType}, built by ${builder}`;
}
