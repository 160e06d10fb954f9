import { describe, expect, it } from 'vitest';
import type { ImportDetail, PublishDecision } from '#shared/contract/releases.ts';
import { publishLabel, whatIsAsked, whyNotPublish } from '../../../renderer/features/intake/publish-words.ts';

function decision(given: Partial<PublishDecision>): PublishDecision {
  return {
    allowed: false,
    needsUnsignedAcceptance: false,
    needsReviewAcceptance: false,
    reasons: [],
    ...given,
  };
}

describe('why publishing is not possible', () => {
  it('is silent where a person may decide', () => {
    expect(whyNotPublish(decision({ allowed: true }))).toBeNull();
    expect(whyNotPublish(decision({ needsReviewAcceptance: true }))).toBeNull();
    expect(whyNotPublish(decision({ needsUnsignedAcceptance: true }))).toBeNull();
  });

  it('is the first reason that failed, and how many others there are', () => {
    const reasons: PublishDecision['reasons'] = [
      { id: 'scan.outside', status: 'not-checked', detail: 'No virus scanner was run.' },
      { id: 'scan.pickle.call-denied', status: 'failed', detail: 'os.system is called.' },
      { id: 'scan.zip.gap', status: 'failed', detail: 'Bytes between members.' },
    ];
    expect(whyNotPublish(decision({ reasons }))).toBe('os.system is called. And 1 more.');
    expect(whyNotPublish(decision({}))).toBe('The evidence does not allow it.');
  });
});

describe('what a person is asked', () => {
  it('names what they take upon themselves', () => {
    expect(whatIsAsked(decision({ allowed: true }))).toBeNull();
    expect(whatIsAsked(decision({ needsReviewAcceptance: true }))).toContain('look at what was found');
    expect(whatIsAsked(decision({ needsReviewAcceptance: true, needsUnsignedAcceptance: true }))).toContain(
      'each with a reason',
    );
  });

  it('says in the label what kind of publishing it is', () => {
    const label = (given: Partial<PublishDecision>) =>
      publishLabel({ model: 'm', version: '1.0.0', decision: decision(given) } as ImportDetail);
    expect(label({ allowed: true })).toBe('Publish m 1.0.0');
    expect(label({ needsReviewAcceptance: true })).toBe('Publish reviewed m 1.0.0');
    expect(label({ needsUnsignedAcceptance: true, needsReviewAcceptance: true })).toBe(
      'Publish unsigned m 1.0.0',
    );
  });
});
