import { z } from 'zod';
import { Digest, LocationHandle } from '../basics.ts';
import { EvidenceSubject } from '../policy.ts';
import { ReleaseSignature, Signed, SignRequest } from '../signing.ts';

/** Calls that make signatures, and those that releases keep. */
export const signingCalls = {
  /** A signature that others can check; a release that is signed is on record. */
  'sign.create': { input: SignRequest, output: Signed },
  /** Signatures over a release, each verified by the trust data of now. They travel with it in transfer sets. */
  'signatures.list': { input: z.object({ of: EvidenceSubject }), output: z.array(ReleaseSignature) },
  /** Writes one of them to a file, or into a folder. */
  'signatures.export': {
    input: z.object({ of: EvidenceSubject, digest: Digest, target: LocationHandle }),
    output: z.object({ file: z.string() }),
  },
} as const;
