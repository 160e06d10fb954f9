import { asAppError } from '#engine/core/app-error.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';
import type { OpenSignature } from '../formats/signature-format.ts';
import { IN_TOTO_PAYLOAD_TYPE } from '../statement.ts';
import { openAttestation } from './attestation.ts';
import { openBlobBundle } from './blob.ts';
import { BundleShape, MAX_BUNDLE_BYTES } from './bundle-shape.ts';
import { openOms } from './oms.ts';
import { looksLikeOms } from './oms-list.ts';

const MAX_DEPTH = 32;

/** Opens a Sigstore bundle of any use; a string says why it cannot be read. */
export function openBundle(content: Uint8Array): OpenSignature | string {
  const json = readJson(content);
  if (typeof json === 'string') return json;
  const parsed = BundleShape.safeParse(json.value);
  if (!parsed.success) return `It is not a Sigstore bundle. ${explainIssues(parsed.error)}`;
  const bundle = parsed.data;
  const { dsseEnvelope } = bundle;
  if (dsseEnvelope === undefined) return openBlobBundle(bundle, json.value);
  if (dsseEnvelope.payloadType !== IN_TOTO_PAYLOAD_TYPE) {
    return `Its envelope holds ${dsseEnvelope.payloadType}, not ${IN_TOTO_PAYLOAD_TYPE}.`;
  }
  const statement = readJson(dsseEnvelope.payload);
  if (typeof statement === 'string') return `The payload of its envelope cannot be read. ${statement}`;
  if (looksLikeOms(statement.value)) return openOms({ ...bundle, dsseEnvelope }, statement.value, json.value);
  return openAttestation({ ...bundle, dsseEnvelope }, statement.value, json.value);
}

function readJson(bytes: Uint8Array): { readonly value: unknown } | string {
  try {
    return { value: parseStrictJson(bytes, { maxBytes: MAX_BUNDLE_BYTES, maxDepth: MAX_DEPTH }) };
  } catch (error) {
    return asAppError(error).message;
  }
}
