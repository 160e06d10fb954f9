import { Signed, SignRequest } from '../signing.ts';

/** Calls that make signatures. */
export const signingCalls = {
  /** A signature that others can check; a release that is signed is on record. */
  'sign.create': { input: SignRequest, output: Signed },
} as const;
