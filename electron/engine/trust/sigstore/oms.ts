import type { Check } from '#shared/contract/evidence.ts';
import { preAuthEncoding } from '../dsse.ts';
import type { OpenSignature, SignatureFinding } from '../formats/signature-format.ts';
import type { TrustQuestion } from '../trust-question.ts';
import { hashOfCurve, type SignatureHash, verifyWithKey } from '../verify-with-key.ts';
import type { BundleShape, DsseEnvelope } from './bundle-shape.ts';
import { checkCertificateSignature, checkKeySignature } from './check-signature.ts';
import { type OmsList, readOmsStatement, type RootDigest } from './oms-list.ts';
import { preAuthEncodingOfVersion02 } from './oms-version-02.ts';
import { readMaterial, type SignerMaterial } from './signer-material.ts';

/**
 * OpenSSF Model Signing (ossf/model-signing-spec, v1.0) with keys, certificates and keyless, as its reference
 * implementation has written it since 0.2.0. A string says why a bundle cannot be read.
 */
export function openOms(
  bundle: BundleShape & { readonly dsseEnvelope: DsseEnvelope },
  statement: unknown,
  json: unknown,
): OpenSignature | string {
  const oms = readOmsStatement(statement);
  if (typeof oms === 'string') return oms;
  const material = readMaterial(bundle.verificationMaterial);
  if (typeof material === 'string') return material;
  const [signature, ...others] = bundle.dsseEnvelope.signatures;
  if (signature === undefined || others.length > 0) return 'OMS has one signature in an envelope.';
  if (material.method === 'keyless' && (bundle.verificationMaterial.tlogEntries ?? []).length === 0) {
    return 'A keyless signature needs an entry of a transparency log, and none came with it.';
  }
  return {
    format: 'oms',
    signs: { kind: 'list', list: oms.list },
    check: async (_, question) => {
      const finding = await checkMaterial(bundle.dsseEnvelope, signature.sig, material, oms, json, question);
      return [{ ...finding, checks: [...(finding.checks ?? []), ...checkRoot(oms.root)] }];
    },
  };
}

async function checkMaterial(
  envelope: DsseEnvelope,
  signature: Uint8Array,
  material: SignerMaterial,
  { isVersion02 }: OmsList,
  json: unknown,
  question: TrustQuestion,
): Promise<SignatureFinding> {
  const { payloadType, payload } = envelope;
  if (material.method === 'keyless') {
    const { checkKeyless } = await import('./keyless.ts');
    return checkKeyless({ json, leaf: material.leaf, envelope }, question);
  }
  const message = isVersion02
    ? preAuthEncodingOfVersion02(payloadType, payload)
    : preAuthEncoding(payloadType, payload);
  const holds: Parameters<typeof checkKeySignature>[1] = (key) => {
    if (key.asymmetricKeyType !== 'ec') return false; // the specification knows no other
    const hash: SignatureHash | undefined = hashOfCurve[key.asymmetricKeyDetails?.namedCurve ?? ''];
    return hash !== undefined && verifyWithKey(key, isVersion02 ? 'sha256' : hash, message, signature);
  };
  return material.method === 'key'
    ? checkKeySignature(material, holds, question)
    : checkCertificateSignature(material, holds, question);
}

function checkRoot(root: RootDigest | null): Check[] {
  if (root === null) return [];
  const sides = { expected: `sha256:${root.expected}`, found: `sha256:${root.found}` };
  if (root.expected === root.found) return [{ id: 'files.root', status: 'verified', ...sides }];
  const detail = 'The digest of the whole does not follow from the list of digests.';
  return [{ id: 'files.root', status: 'failed', code: 'DIGEST-MISMATCH', ...sides, detail }];
}
