import { readFile } from 'node:fs/promises';
import type { Digest } from '#shared/contract/basics.ts';
import type { Check } from '#shared/contract/evidence.ts';
import type { IncomingBlob } from '#engine/bundle/incoming-blob.ts';
import type { SetRelease } from '#engine/bundle/intake.ts';
import type { ReceivedRelease } from '#engine/bundle/received-release.ts';
import { readReferrer } from '#engine/bundle/referrers.ts';
import type { TransferSet } from '#engine/bundle/set-statement.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestOf } from '#engine/core/digest.ts';
import type { ReleaseSignatureRow } from '#engine/registry/release-signatures.ts';
import type { EngineContext } from '../../context.ts';
import { checkReceivedSignature, verifySignature } from './release-signatures.ts';

/** A signature that came with a release in a set, and what it says about the release here. */
export interface ReceivedSignature {
  /** Digest of the release's manifest. */
  readonly subject: Digest;
  /** Null when it cannot be read: then the check says why. */
  readonly row: ReleaseSignatureRow | null;
  readonly check: Check;
}

/** Every blob that comes for the sake of a release: its own, and those of what was made about it later. */
export function blobsWith(set: TransferSet, { blobs, manifestDigest }: SetRelease): Digest[] {
  const referrers = set.referrers.filter(({ subject }) => subject === manifestDigest);
  return [...blobs, ...referrers.flatMap((referrer) => referrer.blobs)];
}

interface Received {
  readonly set: TransferSet;
  readonly due: readonly { readonly release: SetRelease }[];
  /** One for each that is due. */
  readonly releases: readonly ReceivedRelease[];
  readonly incoming: readonly IncomingBlob[];
}

/** Reads and verifies the signatures over these releases; those that are kept here already are left out. */
export async function receivedSignatures(
  context: EngineContext,
  { set, due, releases, incoming }: Received,
): Promise<ReceivedSignature[]> {
  const received: ReceivedSignature[] = [];
  for (const [n, { release }] of due.entries()) {
    const { model, version, manifestDigest } = release;
    const { manifest, files } = releases[n] ?? { manifest: '', files: [] };
    const known = new Set(context.registry.releaseSignatures.of(manifestDigest).map(({ digest }) => digest));
    for (const referrer of set.referrers.filter(({ subject }) => subject === manifestDigest)) {
      const read = await readSignature(referrer, incoming);
      if ('check' in read) {
        received.push({ subject: manifestDigest, row: null, check: read.check });
        continue;
      }
      if (known.has(digestOf(read.content))) continue;
      const row: ReleaseSignatureRow = {
        manifestDigest,
        digest: digestOf(read.content),
        ...read,
        addedAt: timestamp(context.clock),
        addedBy: context.session.actor().who,
        transferSet: set.setId,
      };
      const report = await verifySignature(context, { model, version, manifest, files }, row);
      const check = checkReceivedSignature(`${model}@${version}`, row.format, report);
      known.add(row.digest);
      received.push({ subject: manifestDigest, row, check });
    }
  }
  return received;
}

/** What a referrer of the set carries; a check that failed when it is not what the control file says. */
async function readSignature(
  { digest, blobs, subject }: TransferSet['referrers'][number],
  incoming: readonly IncomingBlob[],
): Promise<Pick<ReleaseSignatureRow, 'format' | 'content'> | { check: Check }> {
  const bytesOf = async (wanted: Digest) => {
    const blob = incoming.find((each) => each.digest === wanted);
    if (blob === undefined) throw new AppError('INTERNAL', `The blob ${wanted} was not received.`);
    return new Uint8Array(await readFile(blob.file));
  };
  try {
    const referrer = readReferrer(await bytesOf(digest));
    const layer = blobs.find((blob) => blob === referrer.layer);
    if (referrer.subject === subject && layer !== undefined)
      return { format: referrer.format, content: await bytesOf(layer) };
    throw new AppError('FORMAT-INVALID', `The referrer ${digest} is about something else than it says.`);
  } catch (error) {
    const { code, message } = asAppError(error);
    return { check: { id: 'release.signature', status: 'failed', code, path: digest, detail: message } };
  }
}
