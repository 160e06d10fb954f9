import { describe, expect, it } from 'vitest';
import type { Job } from '#shared/contract/jobs.ts';
import { describeEnding } from '../../../renderer/lib/job-ending.ts';

function job(kind: Job['kind'], state: Job['state'], result: unknown): Job {
  return { kind, state, result } as Job;
}

function outcome(server: string, ok: boolean) {
  return {
    server,
    ok,
    bytesSent: 0,
    bytesAlreadyThere: 0,
    serverHashMs: 0,
    live: null,
    checks: [],
  };
}

describe('describeEnding', () => {
  it('is silent while a job goes on', () => {
    for (const state of ['queued', 'running', 'cancelling'] as const) {
      expect(describeEnding(job('push', state, null))).toBeNull();
    }
  });

  it('never marks a job as good of which a server failed', () => {
    const result = { servers: [outcome('gpu-01', true), outcome('gpu-02', false)] };
    expect(describeEnding(job('push', 'done', result))).toEqual({
      verdict: 'failed',
      words: 'failed on 1 of 2 servers',
    });
    expect(describeEnding(job('push', 'done', { servers: [outcome('gpu-01', true)] }))?.verdict).toBe(
      'verified',
    );
  });

  it('never marks a fixity check as good that found damage', () => {
    const result = { filesChecked: 1, bytesChecked: 1, seconds: 1, checks: [], ok: false };
    expect(describeEnding(job('fixity', 'done', result))?.verdict).toBe('failed');
  });

  it('never marks a scan as good that found something', () => {
    const counts = { block: 0, review: 0, note: 0, waived: 0 };
    const digest = `sha256:${'0'.repeat(64)}`;
    const report = (verdict: string) => ({
      verdict,
      files: [],
      across: [],
      counts,
      extent: 'all',
      sizeBytes: 0,
      bytesRead: 0,
      policy: { id: 'built-in', version: 0, digest },
      scanner: digest,
      scannedAt: '2026-11-24T00:00:00.000Z',
    });
    const marks = ['pass', 'review', 'block'].map((verdict) => {
      return describeEnding(job('scan', 'done', report(verdict)))?.verdict;
    });
    expect(marks).toEqual(['verified', 'warning', 'failed']);
  });
});
