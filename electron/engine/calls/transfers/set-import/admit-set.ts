import { type Intake, planIntake } from '#engine/bundle/intake.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import { refuseFailed } from '#engine/bundle/refuse.ts';
import type { TransferSet } from '#engine/bundle/set-statement.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import type { EngineContext } from '../../../context.ts';
import { type GatheredSet, refuseBadSupplement } from '../gather-set.ts';

/** Everything that can refuse the set before a byte of payload is read. A refusal is put on record. */
export async function admitSet(
  context: EngineContext,
  { opened, supplements }: GatheredSet,
  acceptOlder: string | null,
): Promise<{ set: TransferSet; intake: Intake }> {
  const state = 'Nothing was read but the control files, and nothing was taken in.';
  try {
    refuseFailed(opened.checks, state);
    const { set } = opened;
    if (set === null) throw new AppError('FORMAT-INVALID', 'The control file cannot be read.', { state });
    for (const supplement of supplements) refuseBadSupplement(supplement, set, state);
    const intake = await planIntake(set, context, acceptOlder);
    refuseFailed(intake.checks, state);
    return { set, intake };
  } catch (error) {
    const { code, message } = asAppError(error);
    const object = opened.set === null ? 'transfer set' : setFolderName(opened.set.setId);
    context.recordRefusal({ act: 'bundle.import', object, reason: message, details: { code } });
    context.changed('audit');
    throw error;
  }
}
