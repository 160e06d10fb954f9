import { z } from 'zod';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { decodeAnyBase64, encodeBase64 } from '#engine/core/base64.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import type { Signer } from '#engine/core/signer.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';
import { verifyEd25519 } from './ed25519.ts';

/** A DSSE envelope as JSON (secure-systems-lab/dsse, envelope.md). Fields it does not name are ignored, as it asks. */
export const Envelope = z.object({
  payloadType: z.string().min(1).max(256),
  payload: z.string(),
  signatures: z
    .array(z.object({ keyid: z.string().max(256).optional(), sig: z.string().max(1024) }))
    .min(1)
    .max(32),
});
export type Envelope = z.infer<typeof Envelope>;

/** A key that may have signed an envelope. */
export interface EnvelopeKey {
  /** What the envelope's `keyid` says: `SHA256:<base64>` of the OpenSSH key blob. */
  readonly fingerprint: string;
  /** Raw 32-byte Ed25519 key. */
  readonly publicKey: Uint8Array;
}

export interface OpenEnvelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly { keyId: string | null; signature: Uint8Array }[];
}

/** What verification found: who signed, or why it does not hold. The payload is there only when every signature holds. */
export type EnvelopeOutcome<K extends EnvelopeKey = EnvelopeKey> =
  | {
      readonly outcome: 'valid';
      readonly payloadType: string;
      readonly payload: Uint8Array;
      readonly signers: readonly K[];
    }
  | {
      readonly outcome: 'invalid';
      readonly reason: string;
      /** Key ids that none of the offered keys has: the signer is not known, which is another thing than a broken signature. */
      readonly unknownKeyIds: readonly string[];
    };

export const MAX_ENVELOPE_BYTES = 64 * 1024 * 1024;

/** The bytes a DSSE signature covers (protocol.md, PAE version 1). */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = new TextEncoder().encode(payloadType);
  return new Uint8Array(
    Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]),
  );
}

/** Signs a payload with one key; answers the envelope as canonical JSON. */
export function signEnvelope(payloadType: string, payload: Uint8Array, signer: Signer): Uint8Array {
  const sig = encodeBase64(signer.sign(preAuthEncoding(payloadType, payload)));
  const envelope: Envelope = {
    payloadType,
    payload: encodeBase64(payload),
    signatures: [{ keyid: signer.fingerprint, sig }],
  };
  return canonicalBytes(envelope);
}

/** Opens an envelope without believing it. Throws FORMAT-INVALID. */
export function openEnvelope(bytes: Uint8Array): OpenEnvelope {
  const json = parseStrictJson(bytes, { maxBytes: MAX_ENVELOPE_BYTES, maxDepth: 8 });
  const parsed = Envelope.safeParse(json);
  if (!parsed.success) throw invalid(explainIssues(parsed.error));
  const { payloadType, payload, signatures } = parsed.data;
  return {
    payloadType,
    payload: fromBase64(payload, 'payload'),
    signatures: signatures.map(({ keyid, sig }) => ({
      keyId: keyid === undefined || keyid === '' ? null : keyid,
      signature: fromBase64(sig, 'signature'),
    })),
  };
}

/**
 * Verifies every signature of an envelope: each one has to hold for one of the keys, and one that names a key id has to hold
 * for the key of that id. One signature that does not hold, or cannot be checked, makes the envelope invalid. Never throws
 * for bad input.
 */
export function verifyEnvelope<K extends EnvelopeKey>(
  bytes: Uint8Array,
  keys: readonly K[],
): EnvelopeOutcome<K> {
  let envelope: OpenEnvelope;
  try {
    envelope = openEnvelope(bytes);
  } catch (error) {
    return { outcome: 'invalid', reason: asAppError(error).message, unknownKeyIds: [] };
  }
  const signed = preAuthEncoding(envelope.payloadType, envelope.payload);
  const signers: K[] = [];
  const unknownKeyIds: string[] = [];
  const reasons: string[] = [];
  for (const { keyId, signature } of envelope.signatures) {
    const candidates = keys.filter((key) => keyId === null || key.fingerprint === keyId);
    const signer = candidates.find((key) => verifyEd25519(signature, signed, key.publicKey));
    if (signer !== undefined) signers.push(signer);
    else if (keyId !== null && candidates.length === 0) {
      unknownKeyIds.push(keyId);
      reasons.push(`No key is known by the id ${keyId}, so its signature cannot be checked.`);
    } else reasons.push(`The signature ${keyId === null ? '' : `of ${keyId} `}does not hold.`);
  }
  if (reasons.length > 0) return { outcome: 'invalid', reason: reasons.join(' '), unknownKeyIds };
  return { outcome: 'valid', payloadType: envelope.payloadType, payload: envelope.payload, signers };
}

/** DSSE allows either alphabet; both are read strictly. */
function fromBase64(text: string, what: string): Uint8Array {
  const bytes = decodeAnyBase64(text);
  if (bytes === null) throw invalid(`The ${what} is not base64.`);
  return bytes;
}

function invalid(message: string): AppError {
  return new AppError('FORMAT-INVALID', `The DSSE envelope cannot be read. ${message}`);
}
