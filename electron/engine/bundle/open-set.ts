import type { Check, VerifyReport, Signer } from '#shared/contract/evidence.ts';
import { asAppError } from '#engine/core/app-error.ts';
import type { FolderListing } from '#engine/core/folder-port.ts';
import { MAX_ENVELOPE_BYTES } from '#engine/trust/dsse.ts';
import { checkRevokedDigests, type NamedDigest } from '#engine/trust/revoked-digests.ts';
import type { TrustBasis } from '#engine/trust/trust-question.ts';
import { checkVolume } from './check-volume.ts';
import { identify } from './identity.ts';
import { CONTROL_FILE } from './names.ts';
import { openSetDocument } from './set-document.ts';
import type { SetFolder } from './set-folder.ts';
import { type LocatedPart, locateParts, type TransferSet } from './set-statement.ts';
import type { SetVolume } from './set-volume.ts';
import type { OpenedDocument } from './signed-document.ts';

/** A set after its control files were read and checked, and before any payload was. */
export interface OpenedSet {
  readonly signature: VerifyReport['signature'];
  readonly signer: Signer | null;
  /** null when no control file can be read; then `checks` say why. */
  readonly set: TransferSet | null;
  /** The control file that `set` was read from; empty when there is none. */
  readonly control: Uint8Array;
  readonly parts: readonly LocatedPart[];
  /** In order of their numbers; the same number twice when two copies were given. */
  readonly volumes: readonly SetVolume[];
  /** Everything but which volumes are there. */
  readonly checks: readonly Check[];
  /** Which volumes are there: checks `set.volumes`. */
  readonly presence: readonly Check[];
  readonly trustAgeDays: number | null;
}

interface OpenOptions extends TrustBasis {
  /** The control file that an earlier import kept: the set can be gone on with whatever is plugged in now. */
  readonly kept?: Uint8Array | null;
}

/** A folder with its control file, which may be absent or damaged; without a folder, the control file that was kept. */
interface Candidate {
  readonly folder: SetFolder | null;
  readonly listing: FolderListing;
  readonly control: Uint8Array | null;
  readonly document: OpenedDocument<TransferSet> | null;
}

/**
 * Reads the control files of a set on the volumes at hand: signature and content first, then identity, then each volume's
 * own list. Never throws for bad input: everything wrong is a check. Throws only when a folder cannot be listed at all.
 */
export async function openSet(folders: readonly SetFolder[], options: OpenOptions): Promise<OpenedSet> {
  const candidates: Candidate[] = [];
  if (options.kept != null) candidates.push(keptCandidate(options.kept));
  for (const folder of folders) candidates.push(await readCandidate(folder));
  const reference = chooseReference(candidates);
  if (reference === null) return nothingReadable(candidates);

  const { document } = reference;
  const set = document.content;
  const own = set === null ? candidates : candidates.filter((each) => belongs(each, set.setId));
  const signature = own.every(({ document: each }) => each === null || each.signature === 'valid')
    ? 'valid'
    : 'invalid';
  const models = set?.releases.map((release) => release.model) ?? null;
  const createdAt = set?.createdAt ?? null;
  const identity = identify({ ...document, createdAt }, options, 'transfer-sets', models);
  const { trustAgeDays, signer } = identity;
  const base = { signature, signer, trustAgeDays, control: reference.control } as const;
  const checks = [
    ...own.map((each) => checkSignature(each, own.length)),
    ...identity.checks,
    ...(set === null ? [] : checkRevokedDigests(options.revocations, namedDigests(set))),
    checkFormat(document),
    ...candidates.filter((each) => !own.includes(each)).map(foreign),
  ];
  if (set === null || document.signer === null)
    return { ...base, set, parts: [], volumes: [], checks, presence: [] };

  const parts = locateParts(set);
  const volumes: SetVolume[] = [];
  for (const { folder, ...candidate } of own) {
    if (folder === null) continue;
    const input = { ...candidate, folder, reference, set, parts, signer: document.signer };
    const found = await checkVolume(input);
    checks.push(...found.checks);
    if (found.volume !== null) volumes.push(found.volume);
  }
  volumes.sort((a, b) => a.number - b.number);
  return { ...base, set, parts, volumes, checks, presence: checkVolumes(set, volumes) };
}

/** What a set brings, by name as far as it has one. */
function namedDigests(set: TransferSet): NamedDigest[] {
  const manifests = set.releases.map(({ model, version, manifestDigest }) => {
    return { path: `${model}@${version}`, digest: manifestDigest };
  });
  const known = new Set(manifests.map(({ digest }) => digest));
  const blobs = set.blobs.filter(({ digest }) => !known.has(digest));
  return [...manifests, ...blobs.map(({ digest }) => ({ path: digest, digest }))];
}

function keptCandidate(control: Uint8Array): Candidate {
  return { folder: null, listing: { files: [], problems: [] }, control, document: openSetDocument(control) };
}

async function readCandidate(folder: SetFolder): Promise<Candidate> {
  const listing = await folder.list();
  try {
    const control = await folder.read(CONTROL_FILE, MAX_ENVELOPE_BYTES);
    return { folder, listing, control, document: openSetDocument(control) };
  } catch (error) {
    const { code } = asAppError(error);
    if (code !== 'FILE-UNREADABLE' && code !== 'FILE-NOT-REGULAR' && code !== 'FORMAT-INVALID') throw error;
    return { folder, listing, control: null, document: null };
  }
}

interface Reference extends Candidate {
  readonly control: Uint8Array;
  readonly document: OpenedDocument<TransferSet>;
}

/**
 * The control file that the others are held against: a whole one with a good signature before any other, and of those of
 * the same set by the same key the newest revision.
 */
function chooseReference(candidates: readonly Candidate[]): Reference | null {
  const readable = candidates.filter((each): each is Reference => each.document !== null);
  const isGood = ({ document }: Reference) => document.signature === 'valid' && document.content !== null;
  const good = readable.find(isGood);
  if (good === undefined)
    return readable.find((each) => each.document.content !== null) ?? readable[0] ?? null;
  const revisions = readable.filter((each) => isGood(each) && isSameSet(each.document, good.document));
  const revisionOf = ({ document }: Reference) => document.content?.revision ?? 0;
  return revisions.reduce((newest, each) => (revisionOf(each) > revisionOf(newest) ? each : newest), good);
}

function isSameSet(a: OpenedDocument<TransferSet>, b: OpenedDocument<TransferSet>): boolean {
  return a.content?.setId === b.content?.setId && a.signer?.fingerprint === b.signer?.fingerprint;
}

/** A volume is foreign only when it says so; one whose control file is damaged is a damaged volume of this set. */
function belongs({ document }: Candidate, setId: string): boolean {
  return document?.content == null || document.content.setId === setId;
}

function checkSignature({ folder, document }: Candidate, count: number): Check {
  const path = count === 1 || folder === null ? CONTROL_FILE : `${folder.label}: ${CONTROL_FILE}`;
  if (document === null) {
    return {
      id: 'set.control',
      status: 'failed',
      code: 'SET-INCOMPLETE',
      path,
      detail: 'The signed control file is missing or cannot be read.',
    };
  }
  if (document.signature === 'valid') return { id: 'signature', status: 'verified', path };
  const detail = `The signature of the control file does not hold. ${document.signatureDetail}`;
  return { id: 'signature', status: 'failed', code: 'SIGNATURE-INVALID', path, detail };
}

function checkFormat({ problem }: OpenedDocument<TransferSet>): Check {
  if (problem === null) return { id: 'set.format', status: 'verified' };
  return { id: 'set.format', status: 'failed', path: CONTROL_FILE, ...problem };
}

function foreign({ folder, document }: Candidate): Check {
  return {
    id: 'set.volumes',
    status: 'failed',
    code: 'SET-FOREIGN',
    path: folder?.label ?? '',
    found: document?.content?.setId ?? '',
    detail: 'This volume belongs to another transfer set.',
  };
}

function checkVolumes(set: TransferSet, volumes: readonly SetVolume[]): Check[] {
  const expected = `volumes 1 to ${set.volumes}`;
  const present = new Set(volumes.map((volume) => volume.number));
  const missing = Array.from({ length: set.volumes }, (_, n) => n + 1).filter(
    (number) => !present.has(number),
  );
  const twice = volumes.filter((volume, n) => volumes[n - 1]?.number === volume.number);
  const found = [...present].join(', ');
  const checks = twice.map(({ number, folder }): Check => ({
    id: 'set.volumes',
    status: 'warning',
    path: `volume ${number}`,
    detail: `Volume ${number} was given twice; ${folder.label} is a second copy.`,
  }));
  if (missing.length === 0) return [...checks, { id: 'set.volumes', status: 'verified', expected, found }];
  const detail = `Missing: ${missing.map((number) => `volume ${number} of ${set.volumes}`).join(', ')}.`;
  return [
    ...checks,
    { id: 'set.volumes', status: 'failed', code: 'SET-INCOMPLETE', expected, found, detail },
  ];
}

function nothingReadable(candidates: readonly Candidate[]): OpenedSet {
  const checks = candidates.map((each) => checkSignature(each, candidates.length));
  return {
    signature: 'absent',
    signer: null,
    set: null,
    control: new Uint8Array(),
    parts: [],
    volumes: [],
    checks,
    presence: [],
    trustAgeDays: null,
  };
}
