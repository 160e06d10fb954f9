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

/** Checks are made even when what they find is bad. */
const checks = ['deploy.fixity', 'fixity.read', 'fixity.run'];

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
        if (outcome === 'failed' && checks.includes(act)) continue;
        const sentence = auditSentence(body(act, 'silero-vad@5.0.0', { outcome }));
        expect(sentence).toMatch(/^operator tried to /);
        expect(sentence).toMatch(outcome === 'refused' ? /, and it was refused$/ : /, and it failed$/);
        expect(sentence.startsWith(done)).toBe(false);
      }
    }
  });

  it('says of a check that found damage that it did', () => {
    const damaged = body('deploy.fixity', 'gpu-01', {
      outcome: 'failed',
      details: { release: 'silero-vad@5.0.0' },
    });
    expect(auditSentence(damaged)).toBe(
      'operator checked the fixity of silero-vad 5.0.0 on gpu-01 and found damage',
    );
    expect(auditSentence({ ...damaged, outcome: 'done' })).toBe(
      'operator checked the fixity of silero-vad 5.0.0 on gpu-01',
    );
  });

  it('names release, channel and server of a deployment', () => {
    const details = { release: 'silero-vad@6.0.0', channel: 'production' };
    expect(auditSentence(body('deploy.activate', 'gpu-01', { details }))).toBe(
      'operator activated silero-vad 6.0.0 as production on gpu-01',
    );
    expect(auditSentence(body('deploy.activate-begun', 'gpu-01', { details }))).toBe(
      'operator began to activate silero-vad 6.0.0 as production on gpu-01',
    );
    expect(auditSentence(body('deploy.push', 'gpu-01', { details: { release: 'silero-vad@6.0.0' } }))).toBe(
      'operator pushed silero-vad 6.0.0 to gpu-01',
    );
    expect(auditSentence(body('deploy.rollback', 'gpu-01', { details, reason: 'latency' }))).toBe(
      'operator rolled back production on gpu-01 to silero-vad 6.0.0: "latency"',
    );
  });

  it('names every server when a deployment was refused for several', () => {
    const refused = body('deploy.push', 'silero-vad@4.0.0', {
      outcome: 'refused',
      details: { servers: 'gpu-01 gpu-02', code: 'RELEASE-REVOKED' },
    });
    expect(auditSentence(refused)).toBe(
      'operator tried to push silero-vad 4.0.0 to gpu-01, gpu-02, and it was refused',
    );
  });

  it('names the releases in a transfer set, and no row of record', () => {
    const names = ['set.dsse.json', 'silero-vad@5.0.0', 'row pins: silero-vad canary'];
    const subjects = names.map((name) => ({ name, digest: `sha256:${'0'.repeat(64)}` }));
    expect(
      auditSentence(body('bundle.import', 'sallyport-8f31c2d0', { subjects, details: { origin: 'north' } })),
    ).toBe('operator took in the transfer set sallyport-8f31c2d0 from north with silero-vad 5.0.0');
  });

  it('says that a release was published without a signature', () => {
    const details = { accepted: 'unsigned' };
    expect(auditSentence(body('import.publish', 'silero-vad@5.0.0', { details, reason: 'lab use' }))).toBe(
      'operator published silero-vad 5.0.0 without a signature: "lab use"',
    );
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
