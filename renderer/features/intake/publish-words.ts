import type { ImportDetail, PublishDecision } from '#shared/contract/releases.ts';

/** Can it become a release now, as it is or with a person's reason? */
export function isPublishable({
  allowed,
  needsUnsignedAcceptance,
  needsReviewAcceptance,
}: PublishDecision): boolean {
  return allowed || needsUnsignedAcceptance || needsReviewAcceptance;
}

/** Why publishing is not possible, as a sentence; null when it is. The gravest reason speaks. */
export function whyNotPublish(decision: PublishDecision): string | null {
  if (isPublishable(decision)) return null;
  const { reasons } = decision;
  const failed = reasons.filter(({ status }) => status === 'failed');
  const first = failed[0] ?? reasons[0];
  if (first === undefined) return 'The evidence does not allow it.';
  const detail = first.detail ?? `The evidence does not allow it: ${first.code ?? first.id}.`;
  return failed.length > 1 ? `${detail} And ${failed.length - 1} more.` : detail;
}

/** What publishing would be, with the name: `Publish unsigned silero-vad 5.0.0`. */
export function publishLabel({ model, version, decision }: ImportDetail): string {
  const name = `${model} ${version}`;
  if (decision.needsUnsignedAcceptance) return `Publish unsigned ${name}`;
  return decision.needsReviewAcceptance ? `Publish reviewed ${name}` : `Publish ${name}`;
}

/** What a person has to answer for before it can be published, in words; null when nothing is asked. */
export function whatIsAsked({
  needsUnsignedAcceptance,
  needsReviewAcceptance,
}: PublishDecision): string | null {
  if (needsUnsignedAcceptance && needsReviewAcceptance) {
    return 'Nobody signed these bytes, and the policy wants a person to look at what was found. They can be published if somebody takes both upon themselves, each with a reason.';
  }
  if (needsUnsignedAcceptance) {
    return 'Nobody signed these bytes. They can be published if somebody takes that upon themselves, with a reason.';
  }
  return needsReviewAcceptance
    ? 'The policy wants a person to look at what was found. It can be published once somebody has, with a reason.'
    : null;
}
