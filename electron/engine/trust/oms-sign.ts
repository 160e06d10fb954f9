import {
  createHash,
  createPublicKey,
  type KeyObject,
  sign as nativeSign,
  type X509Certificate,
} from 'node:crypto';
import { AppError } from '#engine/core/app-error.ts';
import { encodeBase64 } from '#engine/core/base64.ts';
import { preAuthEncoding } from './dsse.ts';
import { factsOfCurve } from './ecdsa.ts';
import { IN_TOTO_PAYLOAD_TYPE, makeStatement } from './statement.ts';

const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';

/** A model as an OMS signature lists it. */
export interface OmsModel {
  readonly name: string;
  /** Every file, with its SHA-256 as lower-case hex. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

/**
 * An OMS v1.0 signature (ossf/model-signing-spec) of the `files` method: every file with its SHA-256, in code-point order,
 * nothing left out. With a chain it is of the certificate method, leaf first; without one of the key method. Throws
 * KEY-UNREADABLE for keys that OMS does not know or that the leaf does not certify.
 */
export function signOms(
  model: OmsModel,
  key: KeyObject,
  chain: readonly X509Certificate[] = [],
): { bundle: Uint8Array; rootDigest: string } {
  const hash = hashFor(key);
  const rootDigest = rootOf(model);
  const payload = new TextEncoder().encode(JSON.stringify(omsStatement(model, rootDigest)));
  const signature = nativeSign(hash, preAuthEncoding(IN_TOTO_PAYLOAD_TYPE, payload), key);
  const bundle = {
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { ...materialOf(key, chain), tlogEntries: [] },
    dsseEnvelope: {
      payload: encodeBase64(payload),
      payloadType: IN_TOTO_PAYLOAD_TYPE,
      signatures: [{ sig: encodeBase64(signature), keyid: '' }],
    },
  };
  return {
    bundle: new TextEncoder().encode(`${JSON.stringify(bundle)}\n`),
    rootDigest: `sha256:${rootDigest}`,
  };
}

/** Code points, as the spec asks for (v1.0, section 5.2). */
function sorted(files: OmsModel['files']): OmsModel['files'] {
  return [...files].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

function rootOf({ files }: OmsModel): string {
  const root = createHash('sha256');
  for (const { sha256 } of sorted(files)) root.update(Buffer.from(sha256, 'hex'));
  return root.digest('hex');
}

function omsStatement({ name, files }: OmsModel, rootDigest: string) {
  return makeStatement([{ name, digest: { sha256: rootDigest } }], PREDICATE_TYPE, {
    serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: [] },
    resources: sorted(files).map(({ path, sha256 }) => ({ name: path, algorithm: 'sha256', digest: sha256 })),
  });
}

/** P-256, P-384 and P-521, each with its own hash (spec v1.0, section 6.2). */
function hashFor(key: KeyObject): string {
  const names: Readonly<Record<string, 'P-256' | 'P-384' | 'P-521'>> = {
    prime256v1: 'P-256',
    secp384r1: 'P-384',
    secp521r1: 'P-521',
  };
  const curve = names[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (key.asymmetricKeyType === 'ec' && curve !== undefined) return factsOfCurve(curve).hash;
  throw new AppError('KEY-UNREADABLE', 'OMS signatures are made with ECDSA keys only.', {
    expected: 'a key on P-256, P-384 or P-521',
    found: key.asymmetricKeyType ?? 'another key',
  });
}

function materialOf(key: KeyObject, chain: readonly X509Certificate[]) {
  const [leaf] = chain;
  if (leaf === undefined) {
    // The hint is the SHA-256 of the PEM text, not of the DER: so the reference writes it.
    const pem = createPublicKey(key).export({ format: 'pem', type: 'spki' });
    return { publicKey: { hint: createHash('sha256').update(pem).digest('hex') } };
  }
  if (!leaf.checkPrivateKey(key)) {
    throw new AppError('KEY-UNREADABLE', 'The first certificate is not that of the key.', {
      found: leaf.subject,
      next: 'Name the chain with the certificate of the signing key first.',
    });
  }
  return {
    x509CertificateChain: {
      certificates: chain.map((certificate) => ({ rawBytes: encodeBase64(certificate.raw) })),
    },
  };
}
