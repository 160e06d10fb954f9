import { type SignedSet, signPlan } from '#engine/bundle/make-set.ts';
import { openSetDocument } from '#engine/bundle/set-document.ts';
import { writeNextVolume } from './next-volume.ts';
import { planVolumes } from './plan-volumes.ts';
import type { SetWork } from './set-work.ts';
import type { FinishedVolume } from './standing.ts';

/**
 * Writes a set volume by volume. Each is planned, signed, written, flushed, proven and noted before the next one begins, so
 * that what is proven stays whatever happens later. When a medium fails, or holds less than it said, the rest is planned
 * anew over the places that are left, and the control file gets a higher revision. Throws WaitsForMedium when a place is
 * missing and a person may name one.
 */
export async function writeSet(work: SetWork): Promise<{ signed: SignedSet; written: FinishedVolume[] }> {
  const { standing, params } = work;
  standing.takeOffers(params.offered);
  for (;;) {
    if (!standing.state.isPlanned) await planVolumes(work);
    const signed = await signedPlan(work);
    const next = standing.state.volumes.findIndex((volume) => volume.done === null);
    if (next < 0) return { signed, written: standing.finished() };
    await writeNextVolume(work, signed, next + 1);
  }
}

/** The signed control file of the present plan, which is kept. */
async function signedPlan({ context, drafted, job, signer, writer, standing }: SetWork): Promise<SignedSet> {
  const { draft } = drafted;
  const { setId } = draft;
  const { revision, volumes, parts } = standing.state;
  const kept = context.registry.setControls.get(setId, 'out');
  const set = kept === null ? null : openSetDocument(kept).content;
  if (kept !== null && set?.revision === revision) return { set, control: kept };
  job.progress.phase('signing the control file', 0, 2, null);
  const chunks: (readonly string[])[] = [];
  for (const part of parts) chunks.push(await writer.chunksOf(part, job.signal));
  const media = volumes.map((volume) => volume.medium);
  const plan = { volumes: volumes.length, parts };
  const signed = signPlan({ draft, plan, revision, media, chunks }, signer);
  context.registry.setControls.keep({ setId, direction: 'out', revision, control: signed.control });
  return signed;
}
