import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '#shared/contract/policy.ts';
import type { Finding } from '#shared/contract/scan.ts';
import { digestOfPolicy, policyOf } from '#engine/policy/default-policy.ts';
import { effectOf } from '#engine/policy/effect-of.ts';
import { type Found, judgeScan, summarizeScan } from '#engine/policy/judge-scan.ts';

const digest = (n: number) => `sha256:${String(n).padStart(64, '0')}`;
const standard = policyOf(null);

function sitePolicy(change: Partial<PolicyDocument>) {
  const document = { ...standard.document, ...change };
  return policyOf({ version: 3, document, at: '2026-01-01T00:00:00.000Z', by: 'officer', reason: 'a test' });
}

function found(findings: Finding[], across: Found['across'] = []): Found {
  const file = { path: 'a.bin', format: 'pickle', sizeBytes: 10, bytesRead: 10, digest: digest(1), findings };
  return { files: [file], across, extent: 'all', scanner: digest(9), scannedAt: '2026-01-01T00:00:00.000Z' };
}

const critical: Finding = { rule: 'pickle.global-denied', severity: 'critical', detail: 'os.system' };
const warning: Finding = { rule: 'pickle.embedded', severity: 'warning', detail: 'a pickle inside' };

describe('what a policy makes of findings', () => {
  const by = { policy: standard, waivers: [], manifestDigest: null };

  it('passes what has none, and counts the bytes', () => {
    expect(judgeScan(found([]), by)).toMatchObject({ verdict: 'pass', bytesRead: 10, sizeBytes: 10 });
  });

  it('goes by severity where no rule says otherwise', () => {
    expect(judgeScan(found([warning]), by)).toMatchObject({ verdict: 'review', counts: { review: 1 } });
    const report = judgeScan(found([warning, critical]), by);
    expect(report).toMatchObject({ verdict: 'block', counts: { block: 1, review: 1, note: 0, waived: 0 } });
    expect(report.files[0]).toMatchObject({
      verdict: 'block',
      findings: [{ effect: 'review' }, { effect: 'block' }],
    });
  });

  it('takes a file for data where a model in the folder describes all of it, and only for that', () => {
    const unidentified: Finding = { rule: 'file.unidentified', severity: 'critical', detail: 'no format' };
    const described = {
      rule: 'data.described',
      severity: 'info',
      detail: 'described',
      path: 'a.bin',
    } as const;
    const report = judgeScan(found([unidentified], [described]), by);
    expect(report).toMatchObject({ verdict: 'pass', files: [{ format: 'raw-data', findings: [] }] });
    expect(judgeScan(found([unidentified, critical], [described]), by).verdict).toBe('block');
    expect(judgeScan(found([unidentified], [{ ...described, path: 'b.bin' }]), by).verdict).toBe('block');
  });

  it('counts findings across files as well', () => {
    const across = [{ ...critical, path: 'a.bin' }];
    expect(judgeScan(found([], across), by)).toMatchObject({
      verdict: 'block',
      across: [{ effect: 'block' }],
    });
  });

  it('names the policy that it rests on, and changes with it alone', () => {
    const policy = sitePolicy({ rules: { 'pickle.global-denied': 'note' } });
    const report = judgeScan(found([critical]), { ...by, policy });
    expect(report).toMatchObject({
      verdict: 'pass',
      policy: { id: 'site', version: 3, digest: policy.digest },
    });
    expect(policy.digest).not.toBe(standard.digest);
    expect(digestOfPolicy({ ...policy.document })).toBe(policy.digest);
  });

  it('blocks a format that is not on the list', () => {
    const policy = sitePolicy({ formats: ['safetensors'] });
    const report = judgeScan(found([]), { ...by, policy });
    expect(report.files[0]?.findings).toMatchObject([{ rule: 'policy.format', effect: 'block' }]);
    const lenient = sitePolicy({ formats: ['safetensors'], otherFormat: 'review' });
    expect(judgeScan(found([]), { ...by, policy: lenient }).verdict).toBe('review');
  });

  it('leaves findings out of a summary and nothing else', () => {
    const { files, across, ...head } = judgeScan(found([critical]), by);
    expect(across).toEqual([]);
    expect(summarizeScan({ files, across, ...head })).toEqual({ ...head, fileCount: 1 });
  });
});

describe('a waiver', () => {
  const waives = (subject: string, rule = critical.rule) => [{ id: 'wvr-0', subject, rule }];
  const judge = (waivers: ReturnType<typeof waives>) =>
    judgeScan(found([critical, warning]), { policy: standard, waivers, manifestDigest: digest(2) });

  it('accepts one rule for the digest of the file or of the release, visibly', () => {
    for (const subject of [digest(1), digest(2)]) {
      const report = judge(waives(subject));
      expect(report).toMatchObject({ verdict: 'review', counts: { block: 0, review: 1, waived: 1 } });
      expect(report.files[0]?.findings[0]).toMatchObject({ effect: 'block', waiver: 'wvr-0' });
    }
  });

  it('accepts nothing for another digest or another rule', () => {
    expect(judge(waives(digest(3))).verdict).toBe('block');
    expect(judge(waives(digest(1), 'pickle.*')).verdict).toBe('block');
  });

  it('does not count where nobody knows the digest', () => {
    const { files, ...rest } = found([critical]);
    const unknown = { ...rest, files: files.map((file) => ({ ...file, digest: null })) };
    const by = { policy: standard, waivers: waives(digest(1)), manifestDigest: null };
    expect(judgeScan(unknown, by).verdict).toBe('block');
  });
});

describe('the effect of a rule', () => {
  const document: PolicyDocument = {
    ...standard.document,
    rules: { 'pickle.*': 'review', 'pickle.torch.*': 'note', 'pickle.torch.odd': 'block' },
  };

  it.each([
    ['pickle.global-denied', 'review'],
    ['pickle.torch.storage', 'note'],
    ['pickle.torch.odd', 'block'],
    ['pickles.other', 'block'],
    ['toString', 'block'],
  ])('%s: its own entry, then the longest family, then its severity', (rule, effect) => {
    expect(effectOf(document, rule, 'critical')).toBe(effect);
  });

  it.each(['file.unidentified', 'file.not-read', 'scan.crashed', 'scan.timed-out', 'limit.steps'])(
    '%s is never only noted: what was not read in full does not pass',
    (rule) => {
      expect(effectOf({ ...document, rules: { [rule]: 'note' } }, rule, 'critical')).toBe('review');
    },
  );
});
