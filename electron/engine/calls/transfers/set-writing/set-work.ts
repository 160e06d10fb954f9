import type { PayloadWriter } from '#engine/bundle/payload-writer.ts';
import type { Signer } from '#engine/core/signer.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { EngineContext } from '../../../context.ts';
import type { BundleCreateParams } from '../bundle-create-params.ts';
import type { DraftedSet } from '../set-draft.ts';
import type { Standing } from './standing.ts';

/** What every step of writing a set works with. */
export interface SetWork {
  readonly context: EngineContext;
  readonly job: JobContext;
  readonly params: BundleCreateParams;
  readonly drafted: DraftedSet;
  readonly signer: Signer;
  readonly writer: PayloadWriter;
  readonly standing: Standing;
}
