import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toTrustMaterial, type TrustMaterial } from '@sigstore/verify';
import { asAppError } from '#engine/core/app-error.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';

const MAX_ROOT_BYTES = 1024 * 1024;
const MEDIA_TYPE = /^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=0\.1|\.v0\.[12]\+json)$/;

/** The authorities and logs of a Sigstore instance, ready to verify with. */
export interface SigstoreRoot {
  /** For a person: whose it is. */
  readonly label: string;
  /** The youngest date in it: from then on at the earliest it was as it is. */
  readonly newestEntry: Date;
  readonly material: TrustMaterial;
  /** The chains of its certificate authorities in DER, as they stand in it. */
  readonly authorities: readonly (readonly Uint8Array[])[];
  /** How many logs it has; a private instance may have none. */
  readonly tlogs: number;
  readonly ctlogs: number;
}

/** Reads a `trusted_root.json` (protobuf-specs, sigstore_trustroot.proto); a string says why it is none. */
export function readTrustedRoot(text: string, label: string): SigstoreRoot | string {
  try {
    const bytes = new TextEncoder().encode(text);
    const json = parseStrictJson(bytes, { maxBytes: MAX_ROOT_BYTES, maxDepth: 16 });
    const root = TrustedRoot.fromJSON(json);
    if (!MEDIA_TYPE.test(root.mediaType)) return `Its media type is ${root.mediaType.slice(0, 80)}.`;
    if (root.certificateAuthorities.length === 0) return 'It names no certificate authority.';
    const starts = [
      ...[...root.tlogs, ...root.ctlogs].map(({ publicKey }) => publicKey?.validFor?.start),
      ...[...root.certificateAuthorities, ...root.timestampAuthorities].map(
        ({ validFor }) => validFor?.start,
      ),
    ].map((date) => date?.getTime() ?? NaN);
    // The library takes a missing beginning for the beginning of time.
    if (starts.some(Number.isNaN)) return 'An authority or a log in it lacks the time from which it counts.';
    return {
      label,
      newestEntry: new Date(Math.max(...starts)),
      material: toTrustMaterial(root),
      authorities: root.certificateAuthorities.map(({ certChain }) =>
        (certChain?.certificates ?? []).map(({ rawBytes }) => new Uint8Array(rawBytes)),
      ),
      tlogs: root.tlogs.length,
      ctlogs: root.ctlogs.length,
    };
  } catch (error) {
    return asAppError(error).message;
  }
}
