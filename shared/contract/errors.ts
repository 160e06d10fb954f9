import { z } from 'zod';

/**
 * Exit codes of the command line: 1 done and the verdict is bad, 2 wrong usage, 3 environment (disk, device, network,
 * lock), 4 internal defect.
 */
export type FailureExit = 1 | 2 | 3 | 4;

interface ErrorMeaning {
  exit: FailureExit;
  /** What a person reads first; the message of the single error then names the thing. */
  sentence: string;
}

/** Every stable error code, the sentence a person reads, and the exit code it gives. Codes are never reused. */
export const errorTable = {
  // What was asked for cannot be understood or does not exist.
  USAGE: { exit: 2, sentence: 'The command or its input is not understood.' },
  'NAME-INVALID': { exit: 2, sentence: 'The name is not allowed.' },
  'SEMVER-INVALID': { exit: 2, sentence: 'The version is not a semantic version.' },
  'NOT-FOUND': { exit: 2, sentence: 'There is nothing by that name.' },
  'ALREADY-EXISTS': { exit: 2, sentence: 'Something by that name exists already.' },
  'STATE-CONFLICT': { exit: 2, sentence: 'That cannot be done in the present state.' },
  'REASON-MISSING': { exit: 2, sentence: 'This act needs a reason.' },
  'KEY-LOCKED': { exit: 2, sentence: 'This act is signed, and no key is unlocked.' },
  'FINGERPRINT-UNCONFIRMED': { exit: 2, sentence: 'The fingerprint given is not the one that was found.' },

  // The bytes, or what vouches for them, are not as they must be.
  'PASSPHRASE-WRONG': { exit: 1, sentence: 'The passphrase does not open this key.' },
  'SIGNATURE-INVALID': { exit: 1, sentence: 'A signature is present and does not hold.' },
  'SIGNATURE-ABSENT': { exit: 1, sentence: 'No signature was found.' },
  'SIGNER-UNKNOWN': { exit: 1, sentence: 'The signature holds, and no anchor of this site knows its key.' },
  'SIGNER-REVOKED': { exit: 1, sentence: 'The signature was made with a revoked key.' },
  'SIGNER-EXPIRED': { exit: 1, sentence: 'The key or certificate does not count at that time.' },
  'SIGNER-NOT-ALLOWED': { exit: 1, sentence: 'The signer may not sign for this model.' },
  'CHAIN-INVALID': { exit: 1, sentence: 'A certificate does not follow from its issuer as it must.' },
  'TRUST-OUTDATED': { exit: 1, sentence: 'The trust data is older than this site allows.' },
  'PACK-OUTDATED': { exit: 1, sentence: 'The trust pack is not newer than the one in force.' },
  'PACK-UNAUTHORISED': { exit: 1, sentence: 'Those who may issue this trust pack did not sign it.' },
  'DIGEST-REVOKED': { exit: 1, sentence: 'These bytes, or what vouches for them, were revoked.' },
  'SIGNERS-TOO-FEW': { exit: 1, sentence: 'Fewer signers vouch for it than this site asks for.' },
  'KEY-UNREADABLE': { exit: 1, sentence: 'The key cannot be read.' },
  'DIGEST-MISMATCH': { exit: 1, sentence: 'Bytes are not what their digest says.' },
  'FORMAT-INVALID': { exit: 1, sentence: 'The file does not follow its format.' },
  'FORMAT-NEWER': { exit: 1, sentence: 'The format is newer than this Sallyport understands.' },
  'SET-NOT-FOUND': { exit: 1, sentence: 'There is no transfer set here.' },
  'SET-INCOMPLETE': { exit: 1, sentence: 'The transfer set is not complete.' },
  'SET-FOREIGN': { exit: 1, sentence: 'A volume belongs to another transfer set.' },
  'SET-OUTDATED': {
    exit: 1,
    sentence: 'The transfer set is older than one already accepted from its origin.',
  },
  'SET-NEEDS-BLOBS': { exit: 1, sentence: 'The delta set builds on bytes that this site does not hold.' },
  'RECEIPT-INVALID': { exit: 1, sentence: 'The receipt cannot be used.' },
  'REQUEST-INVALID': { exit: 1, sentence: 'The re-request cannot be used.' },
  'RELEASE-CONFLICT': { exit: 1, sentence: 'That name and version is bound to other bytes for ever.' },
  'RELEASE-REVOKED': { exit: 1, sentence: 'The release is revoked.' },
  'PATH-UNSAFE': { exit: 1, sentence: 'A path is not allowed in a release.' },
  'PATH-COLLISION': { exit: 1, sentence: 'Two paths cannot stand in one release.' },
  'FILE-NOT-REGULAR': { exit: 1, sentence: 'Only regular files can be taken in.' },
  'FILE-CHANGED': { exit: 1, sentence: 'A file changed while it was read.' },
  'SOURCE-EMPTY': { exit: 1, sentence: 'There is nothing to take in.' },
  'REVIEW-MISSING': { exit: 1, sentence: 'A person has to look at what was found first.' },
  'POLICY-REFUSED': { exit: 1, sentence: 'The evidence does not allow this.' },
  'HOST-KEY-CHANGED': { exit: 1, sentence: 'The server shows another host key than the one confirmed.' },
  'SERVER-DIGEST-MISMATCH': { exit: 1, sentence: 'The server holds other bytes than the release.' },
  'ACTIVATION-FAILED': { exit: 1, sentence: 'The activation command failed on the server.' },
  'PROBE-FAILED': { exit: 1, sentence: 'The server did not prove that it serves the release.' },
  'FIXITY-FAILED': { exit: 1, sentence: 'Stored bytes are damaged.' },
  'AUDIT-BROKEN': { exit: 1, sentence: 'The audit log or a row it vouches for was changed.' },
  'CLOCK-BEHIND': { exit: 1, sentence: 'The clock of this machine is behind what has been proven.' },
  CANCELLED: { exit: 1, sentence: 'The job was cancelled.' },

  // The surroundings do not allow it now; trying again later can help.
  'DISK-FULL': { exit: 3, sentence: 'There is not enough space.' },
  'MEDIA-READ-ONLY': { exit: 3, sentence: 'The medium cannot be written to.' },
  'MEDIA-GONE': { exit: 3, sentence: 'The medium cannot be read any more.' },
  'FILE-UNREADABLE': { exit: 3, sentence: 'A file cannot be opened or read.' },
  'FILE-TOO-LARGE': { exit: 3, sentence: 'The file is larger than the target can hold.' },
  'HOME-LOCKED': { exit: 3, sentence: 'Another Sallyport works on this home.' },
  'HOME-UNUSABLE': { exit: 3, sentence: 'The data home cannot be used.' },
  'DATABASE-NEWER': { exit: 3, sentence: 'The registry was written by a newer Sallyport.' },
  'AGENT-UNREACHABLE': { exit: 3, sentence: 'The SSH agent cannot be asked, or refuses.' },
  'SSH-MISSING': { exit: 3, sentence: 'OpenSSH is not installed on this machine.' },
  'SERVER-UNREACHABLE': { exit: 3, sentence: 'The server cannot be reached.' },
  'SERVER-AUTH-FAILED': { exit: 3, sentence: 'The server does not accept the login.' },
  'SERVER-TOOL-MISSING': { exit: 3, sentence: 'The server lacks a program that is needed.' },
  'SERVER-DISK-FULL': { exit: 3, sentence: 'The server has not enough space.' },
  'SERVER-LOCKED': { exit: 3, sentence: 'Another push works on this server.' },
  'SERVER-FAILED': { exit: 3, sentence: 'A command failed on the server.' },
  'CONNECTION-LOST': { exit: 3, sentence: 'The connection to the server broke.' },

  INTERNAL: { exit: 4, sentence: 'This is a defect of Sallyport.' },
} as const satisfies Record<string, ErrorMeaning>;

/** A stable code, e.g. `MEDIA-GONE`: shown to people, matched by scripts. */
export type ErrorCode = keyof typeof errorTable;

const errorCodes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]];
export const ErrorCode = z.enum(errorCodes);

/** What a person needs beside the message: both sides of a comparison, the thing, and what to do next. */
export const FailureDetails = z.object({
  expected: z.string().optional(),
  found: z.string().optional(),
  path: z.string().optional(),
  /** What state the data is in, as a sentence. */
  state: z.string().optional(),
  /** What to do next, as a sentence. */
  next: z.string().optional(),
  /** Further lines, e.g. every missing part. */
  items: z.array(z.string()).optional(),
});
export type FailureDetails = z.infer<typeof FailureDetails>;

/** An error as it crosses a process border or is kept with a failed job. */
export const Failure = z.object({ code: ErrorCode, message: z.string(), details: FailureDetails });
export type Failure = z.infer<typeof Failure>;
