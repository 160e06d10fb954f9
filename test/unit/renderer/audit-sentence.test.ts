import { describe, expect, it } from 'vitest';
import type { AuditBody } from '#shared/contract/audit.ts';
import { auditSentence, knownActs } from '../../../renderer/features/activity/audit-sentence.ts';

function body(act: string, object: string, more: Partial<AuditBody> = {}): AuditBody {
  return {
    act,
    who: 'operator',
    key: null,
    at: '2026-11-23T11:02:03.004Z',
    outcome: 'done',
    object,
    subjects: [],
    reason: null,
    details: {},
    ...more,
  };
}

describe('auditSentence', () => {
  it('says a pin with its channel and reason', () => {
    const pin = body('channel.pin', 'silero-vad@6.0.0', {
      reason: 'field test 4',
      details: { channel: 'canary' },
    });
    expect(auditSentence(pin)).toBe('operator pinned silero-vad 6.0.0 to canary: "field test 4"');
  });

  it('never says of a refused or failed act that it was done', () => {
    for (const act of knownActs) {
      const done = auditSentence(body(act, 'silero-vad@5.0.0'));
      for (const outcome of ['refused', 'failed'] as const) {
        const sentence = auditSentence(body(act, 'silero-vad@5.0.0', { outcome }));
        expect(sentence).toMatch(/^operator tried to /);
        expect(sentence).toMatch(outcome === 'refused' ? /, and it was refused$/ : /, and it failed$/);
        expect(sentence.startsWith(done)).toBe(false);
      }
    }
  });

  it('names release, channel and servers of a deployment, whichever of them is the object', () => {
    const details = { channel: 'production', servers: 'gpu-01,gpu-02' };
    expect(auditSentence(body('deploy.activate', 'silero-vad@6.0.0', { details }))).toBe(
      'operator activated silero-vad 6.0.0 as production on gpu-01, gpu-02',
    );
    expect(auditSentence(body('deploy.push', 'gpu-01', { details: { release: 'silero-vad@6.0.0' } }))).toBe(
      'operator pushed silero-vad 6.0.0 to gpu-01',
    );
    expect(
      auditSentence(
        body('deploy.rollback', 'gpu-01', {
          details: { model: 'silero-vad', version: '5.0.0', channel: 'production' },
          reason: 'latency',
        }),
      ),
    ).toBe('operator rolled back production on gpu-01 to silero-vad 5.0.0: "latency"');
  });

  it('keeps an unknown act readable by its name and object', () => {
    expect(auditSentence(body('rollout.promote', 'silero-vad@6.0.0'))).toBe(
      'operator did rollout.promote: silero-vad 6.0.0',
    );
    expect(auditSentence(body('toString', 'x'))).toBe('operator did toString: x');
  });

  it('says both names of a renamed site', () => {
    expect(auditSentence(body('site.rename', 'n7', { details: { before: 'site' } }))).toBe(
      'operator renamed the site from site to n7',
    );
  });
});
