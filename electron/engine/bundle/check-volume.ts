import { createHash } from 'node:crypto';
import type { Check } from '#shared/contract/evidence.ts';
import { asAppError } from '#engine/core/app-error.ts';
import { canonicalText } from '#engine/core/canonical-json.ts';
import { hexOf } from '#engine/core/digest.ts';
import type { FolderListing } from '#engine/core/folder-port.ts';
import { verifySshsig, TRANSFER_NAMESPACE } from '#engine/trust/sshsig.ts';
import { MAX_ENVELOPE_BYTES } from '#engine/trust/dsse.ts';
import { findCustodyProblem } from './custody.ts';
import * as names from './names.ts';
import type { SetVolume } from './set-volume.ts';
import type { SetFolder } from './set-folder.ts';
import { type LocatedPart, locateParts, type TransferSet } from './set-statement.ts';
import type { DocumentSigner, OpenedDocument } from './signed-document.ts';
import { parseSums } from './sums.ts';
import { parseVolumeFile, VOLUME_LIMIT_BYTES } from './volume-file.ts';

const SIGNATURE_LIMIT_BYTES = 65_536;

interface VolumeInput {
  readonly folder: SetFolder;
  readonly listing: FolderListing;
  /** The control file that the volume's own must equal, or be an earlier revision of. */
  readonly reference: { readonly control: Uint8Array };
  readonly control: Uint8Array | null;
  readonly document: OpenedDocument<TransferSet> | null;
  readonly set: TransferSet;
  readonly parts: readonly LocatedPart[];
  readonly signer: DocumentSigner;
}

/**
 * Checks everything on one volume that is not payload: entries that are no regular files, the label, the signed list, and
 * each control file by that list. Payload is only looked at for presence. `volume` is null when it cannot be told which
 * one this is.
 */
export async function checkVolume(
  input: VolumeInput,
): Promise<{ volume: SetVolume | null; checks: Check[] }> {
  const { folder, listing, set, parts } = input;
  const sizes = new Map(listing.files.map((file) => [file.path, file.sizeBytes]));
  const label = await readLabel(folder);
  const labelled = label?.setId === set.setId && label.volume <= set.volumes ? label.volume : null;
  const number = volumeOf(labelled, sizes, parts);
  const name = number === null ? folder.label : `volume ${number}`;
  const checks = listing.problems.map(({ path, code, detail }): Check => {
    return {
      id: 'files.kind',
      status: 'failed',
      code,
      path: `${name}: ${path}`,
      detail: `${path} ${detail}.`,
    };
  });
  if (number === null) {
    const detail = 'It cannot be told which volume of the set this is.';
    checks.push({ id: 'set.volumes', status: 'failed', code: 'FORMAT-INVALID', path: folder.label, detail });
    return { volume: null, checks };
  }
  const here = parts.filter((part) => part.volume === number);
  const list = await checkList(input, number, here);
  checks.push(...list.checks);
  const listed = new Set<string>([
    ...names.summedControlFiles,
    names.SUMS_FILE,
    names.SUMS_SIGNATURE_FILE,
    ...here.map((part) => part.path),
  ]);
  const extra = [...sizes.keys()].filter((path) => !listed.has(path));
  return { volume: { number, folder, sizes, extra, sums: list.sums }, checks };
}

async function readLabel(folder: SetFolder) {
  const bytes = await folder.read(names.VOLUME_FILE, VOLUME_LIMIT_BYTES).catch(() => null);
  return bytes === null ? null : parseVolumeFile(bytes);
}

/**
 * Which volume of the set this is: the one that most of the files here belong to, since a single flipped bit can make one
 * label another. The label decides where the files do not.
 */
function volumeOf(
  labelled: number | null,
  sizes: ReadonlyMap<string, number>,
  parts: readonly LocatedPart[],
): number | null {
  const counts = new Map<number, number>(labelled === null ? [] : [[labelled, 0]]);
  for (const part of parts)
    if (sizes.has(part.path)) counts.set(part.volume, (counts.get(part.volume) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const likely = [...counts].filter(([, count]) => count === most).map(([number]) => number);
  return likely[0] ?? null;
}

/**
 * The signed list must be by the set's signer, list exactly what belongs here, and be right about each control file. What it
 * says about stretches of blobs is held against the bytes when those are read.
 */
async function checkList(
  input: VolumeInput,
  number: number,
  here: readonly LocatedPart[],
): Promise<{ checks: Check[]; sums: ReadonlyMap<string, string> }> {
  const { folder, set } = input;
  const at = (path: string) => names.nameOnVolume(number, path);
  const bytes = await readOrProblem(folder, names.SUMS_FILE, MAX_ENVELOPE_BYTES);
  const equal = checkEqualControl(input, number, at);
  if (typeof bytes === 'string')
    return { checks: [...equal, missing(at(names.SUMS_FILE), bytes)], sums: new Map() };
  const checks = [await checkListSignature(input, bytes, at)];
  const sums = parseSums(bytes);
  if (sums === null) {
    checks.push(damaged(at(names.SUMS_FILE), 'It does not follow its format.'));
    return { checks, sums: new Map() };
  }
  const due = new Map<string, string | null>([
    ...names.summedControlFiles.map((path) => [path, null] as const),
    ...here.map((part) => [part.path, part.isWhole ? hexOf(part.blob) : null] as const),
  ]);
  const agrees =
    sums.size === due.size &&
    [...due].every(([path, hex]) => sums.has(path) && (hex === null || sums.get(path) === hex));
  if (!agrees)
    checks.push(damaged(at(names.SUMS_FILE), 'It lists other files or digests than the control file.'));
  for (const path of names.summedControlFiles) {
    checks.push(...(await checkControlFile(folder, path, sums.get(path) ?? '', set, at)));
  }
  return { checks: [...checks, ...equal], sums };
}

async function checkListSignature(
  { folder, signer }: VolumeInput,
  sums: Uint8Array,
  at: (path: string) => string,
): Promise<Check> {
  const path = at(names.SUMS_SIGNATURE_FILE);
  const signature = await readOrProblem(folder, names.SUMS_SIGNATURE_FILE, SIGNATURE_LIMIT_BYTES);
  if (typeof signature === 'string') {
    const detail = `The signature of the file list cannot be read: ${signature}.`;
    return { id: 'volume.signature', status: 'failed', code: 'SIGNATURE-ABSENT', path, detail };
  }
  const list = at(names.SUMS_FILE).replace(': ', ', ');
  const invalid = (reason: string): Check => {
    const detail = `${list} and its signature do not belong together. ${reason}`;
    return { id: 'volume.signature', status: 'failed', code: 'SIGNATURE-INVALID', path, detail };
  };
  const outcome = verifySshsig(signature, sums, [TRANSFER_NAMESPACE]);
  if (outcome.outcome === 'invalid') return invalid(outcome.reason);
  const { ed25519, fingerprint } = outcome.key;
  if (ed25519 !== null && Buffer.compare(ed25519, signer.publicKey) === 0) {
    return { id: 'volume.signature', status: 'verified', path };
  }
  return {
    ...invalid('The file list is signed by another key than the control file.'),
    expected: signer.fingerprint,
    found: fingerprint,
  };
}

async function checkControlFile(
  folder: SetFolder,
  path: string,
  expected: string,
  set: TransferSet,
  at: (path: string) => string,
): Promise<Check[]> {
  const bytes = await readOrProblem(folder, path, MAX_ENVELOPE_BYTES);
  if (typeof bytes === 'string') return [missing(at(path), bytes)];
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== expected)
    return [{ ...damaged(at(path), 'It is not the file that was signed.'), expected, found }];
  const custody = path === names.CUSTODY_FILE ? findCustodyProblem(bytes, set.setId, set.custodyHead) : null;
  return custody === null ? [] : [damaged(at(path), `The custody log does not hold: ${custody}.`)];
}

/**
 * set.dsse.json is one and the same on every volume, unless the set was planned anew after this one was complete: then it
 * is an earlier revision, by the same key, that lists the same parts here.
 */
function checkEqualControl(
  { control, reference, document, set, signer, parts }: VolumeInput,
  number: number,
  at: (path: string) => string,
): Check[] {
  if (control === null || Buffer.compare(control, reference.control) === 0) return [];
  const differs = damaged(
    at(names.CONTROL_FILE),
    'It differs from the control file on another volume of the set.',
  );
  const earlier = document?.content ?? null;
  const isEarlier =
    document?.signature === 'valid' &&
    document.signer?.fingerprint === signer.fingerprint &&
    earlier !== null &&
    earlier.revision < set.revision;
  if (!isEarlier) return [differs];
  const here = (all: readonly LocatedPart[]) => canonicalText(all.filter((part) => part.volume === number));
  return here(locateParts(earlier)) === here(parts) ? [] : [differs];
}

async function readOrProblem(
  folder: SetFolder,
  path: string,
  limitBytes: number,
): Promise<Uint8Array | string> {
  try {
    return await folder.read(path, limitBytes);
  } catch (error) {
    return asAppError(error).message;
  }
}

function missing(path: string, why: string): Check {
  return {
    id: 'volume.files',
    status: 'failed',
    code: 'SET-INCOMPLETE',
    path,
    detail: `It cannot be read: ${why}.`,
  };
}

function damaged(path: string, detail: string): Check {
  return { id: 'volume.files', status: 'failed', code: 'DIGEST-MISMATCH', path, detail };
}
