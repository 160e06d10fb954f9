import { z } from 'zod';
import { decodeAnyBase64 } from '#engine/core/base64.ts';

/** No bundle lists more than a million files in less. */
export const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;
const MAX_CERTIFICATES = 10;
const MAX_SIGNATURES = 32;

const mediaTypes = [
  'application/vnd.dev.sigstore.bundle.v0.3+json',
  'application/vnd.dev.sigstore.bundle+json;version=0.3',
  'application/vnd.dev.sigstore.bundle+json;version=0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.1',
];

const base64 = z.string().transform((text, context) => {
  const bytes = decodeAnyBase64(text);
  if (bytes !== null) return bytes;
  context.addIssue({ code: 'custom', message: 'not base64' });
  return z.NEVER;
});
const Certificate = z.object({ rawBytes: base64 });

/** Log entries are read by the library that checks them; here they are only counted. */
const TlogEntry = z.looseObject({ kindVersion: z.looseObject({}).optional() });

const Material = z.strictObject({
  /** Now a hint, before OMS 1.1.0 the PEM text itself. */
  publicKey: z
    .strictObject({
      hint: z.string().max(1024).optional(),
      rawBytes: base64.optional(),
      keyDetails: z.string().max(64).optional(),
    })
    .optional(),
  x509CertificateChain: z
    .strictObject({ certificates: z.array(Certificate).min(1).max(MAX_CERTIFICATES) })
    .optional(),
  certificate: Certificate.optional(),
  tlogEntries: z.array(TlogEntry).max(MAX_SIGNATURES).optional(),
  timestampVerificationData: z
    .looseObject({ rfc3161Timestamps: z.array(z.looseObject({})).max(MAX_SIGNATURES).optional() })
    .nullable()
    .optional(),
});

const Signature = z.strictObject({ sig: base64, keyid: z.string().max(1024).nullable().optional() });

/** A DSSE envelope; `keyid` may be absent, empty or null. */
export const DsseEnvelope = z.strictObject({
  payloadType: z.string().min(1).max(256),
  payload: base64,
  signatures: z.array(Signature).min(1).max(MAX_SIGNATURES),
});
export type DsseEnvelope = z.infer<typeof DsseEnvelope>;

/**
 * A Sigstore bundle (protobuf-specs, sigstore_bundle.proto) as the OMS specification and its reference implementation write
 * it, and as cosign does. Strict: nothing that is not understood may stand in it.
 */
export const BundleShape = z
  .strictObject({
    mediaType: z.enum(mediaTypes as [string, ...string[]]),
    verificationMaterial: Material,
    dsseEnvelope: DsseEnvelope.optional(),
    messageSignature: z
      .strictObject({
        messageDigest: z.strictObject({ algorithm: z.string().max(32), digest: base64 }).optional(),
        signature: base64,
      })
      .optional(),
  })
  .refine(
    ({ dsseEnvelope, messageSignature }) => (dsseEnvelope === undefined) !== (messageSignature === undefined),
    {
      message: 'it holds neither an envelope nor a signature of a file, or both',
    },
  )
  .refine(
    ({ verificationMaterial: { publicKey, certificate, x509CertificateChain } }) =>
      [publicKey, certificate, x509CertificateChain].filter((each) => each !== undefined).length === 1,
    { message: 'its material has to be a key, a certificate or a chain of certificates' },
  );
export type BundleShape = z.infer<typeof BundleShape>;
