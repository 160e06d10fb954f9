import { z } from 'zod';
import { asAppError } from '#engine/core/app-error.ts';
import { decodeBase64, encodeBase64 } from '#engine/core/base64.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';
import type { OpenSignature } from '../formats/signature-format.ts';
import { parseSpkiPem } from '../spki.ts';
import { certificatesOf } from '../x509/read-pem.ts';
import { openBlob } from './blob.ts';
import { isOfFulcio, type SignerMaterial } from './signer-material.ts';

const MAX_BYTES = 1024 * 1024;

/** As cosign 1 and 2 write it (sigstore/cosign, pkg/cosign/bundle). */
const Shape = z.strictObject({
  base64Signature: z.string().max(16_384),
  /** PEM, or PEM in base64; a certificate, or the public key. */
  cert: z.string().max(65_536).optional(),
  rekorBundle: z
    .strictObject({
      SignedEntryTimestamp: z.string().max(4096),
      Payload: z.strictObject({
        body: z.string().max(MAX_BYTES),
        integratedTime: z.number().int().nonnegative(),
        logIndex: z.number().int().nonnegative(),
        logID: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    })
    .nullable()
    .optional(),
});
type Shape = z.infer<typeof Shape>;

/** Opens an old bundle of cosign; a string says why it cannot be read. */
export function openCosign(content: Uint8Array): OpenSignature | string {
  let json: unknown;
  try {
    json = parseStrictJson(content, { maxBytes: MAX_BYTES, maxDepth: 8 });
  } catch (error) {
    return asAppError(error).message;
  }
  const parsed = Shape.safeParse(json);
  if (!parsed.success) return `It is not a bundle of cosign. ${explainIssues(parsed.error)}`;
  const signature = decodeBase64(parsed.data.base64Signature);
  if (signature === null) return 'Its signature is not base64.';
  const material = readMaterial(parsed.data);
  if (typeof material === 'string') return material;
  if (material.method === 'keyless' && (parsed.data.rekorBundle ?? null) === null) {
    return 'A keyless signature needs an entry of a transparency log, and none came with it.';
  }
  return openBlob({
    format: 'cosign',
    material,
    signature,
    stated: null,
    json: (digest) => asBundle(parsed.data, material, digest),
  });
}

function readMaterial({ cert }: Shape): SignerMaterial | string {
  if (cert === undefined || cert === '') return { method: 'key', hint: '', key: null };
  const decoded = decodeBase64(cert);
  const pem = cert.includes('-----BEGIN ') ? cert : Buffer.from(decoded ?? []).toString('utf8');
  const key = parseSpkiPem(pem);
  if (key !== null) return { method: 'key', hint: '', key };
  const certificates = certificatesOf(pem);
  if (typeof certificates === 'string') return certificates;
  const [leaf, ...others] = certificates;
  if (leaf === undefined) return 'It holds neither a certificate nor one public key.';
  if (!isOfFulcio(leaf)) return { method: 'certificate', leaf, others };
  return others.length > 0 ? 'It holds more than one certificate.' : { method: 'keyless', leaf };
}

/** The same facts in the form of a Sigstore bundle v0.1, whose log entry is a promise without a proof. */
function asBundle(
  { base64Signature, rekorBundle }: Shape,
  material: SignerMaterial,
  digest: Uint8Array,
): unknown {
  const leaf = material.method === 'keyless' ? encodeBase64(material.leaf.der) : '';
  const { body = '', integratedTime = 0, logIndex = 0, logID = '' } = rekorBundle?.Payload ?? {};
  const { kind, apiVersion } = entryKind(body);
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes: leaf }] },
      tlogEntries: [
        {
          logIndex: String(logIndex),
          logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
          kindVersion: { kind, version: apiVersion },
          integratedTime: String(integratedTime),
          inclusionPromise: { signedEntryTimestamp: rekorBundle?.SignedEntryTimestamp ?? '' },
          canonicalizedBody: body,
        },
      ],
    },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: encodeBase64(digest) },
      signature: base64Signature,
    },
  };
}

/** The entry's own words; whether they are true, the log's promise over the body says. */
function entryKind(body: string): { kind: string; apiVersion: string } {
  const Entry = z.looseObject({ kind: z.string(), apiVersion: z.string() });
  try {
    const bytes = Buffer.from(body, 'base64');
    return Entry.parse(parseStrictJson(new Uint8Array(bytes), { maxBytes: MAX_BYTES, maxDepth: 32 }));
  } catch {
    return { kind: '', apiVersion: '' };
  }
}
