import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { commandLine, type Run } from '../../fixtures/command-line.ts';
import { conformanceFolder } from '../../fixtures/conformance.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const ibm = ['--identity', 'stefanb@us.ibm.com', '--issuer', 'https://sigstore.verify.ibm.com/oauth2'];
const at = ['--at', '2026-11-24T00:00:00Z'];

function place(context: TestContext, ...parts: string[]): string {
  if (conformanceFolder === null) context.skip('SALLYPORT_CONFORMANCE names no folder');
  return path.join(conformanceFolder ?? '', 'oms', ...parts);
}

function anchorFor(context: TestContext, set: string): string[] {
  if (set.endsWith('-sigstore')) return ibm;
  const file = set.endsWith('-certificate') ? 'ca-cert.pem' : 'signing-key-pub.pem';
  return ['--anchor', place(context, 'model-transparency/keys', file)];
}

function verify(folder: string, ...args: string[]): { run: Run; report: VerifyReport; failed: string[] } {
  const run = commandLine(temporaryFolder())('--json', 'verify', folder, ...args);
  const report = run.json<VerifyReport>();
  return {
    run,
    report,
    failed: report.checks.filter(({ status }) => status === 'failed').map(({ id }) => id),
  };
}

describe('verify, the command', { timeout: 60_000 }, () => {
  const sets = [
    'v0.2.0-certificate',
    'v0.3.1-certificate',
    'v0.3.1-elliptic-key',
    'v0.3.1-sigstore',
    'v1.0.0-elliptic-key',
    'v1.1.0-certificate',
    'v1.1.0-elliptic-key',
    'v1.1.0-sigstore',
  ];
  for (const set of sets) {
    it(`verifies ${set}, and not with another anchor`, (context) => {
      const folder = place(context, 'model-transparency', set);
      const good = verify(folder, ...anchorFor(context, set), ...at);
      expect(good.report).toMatchObject({ verdict: 'verified', format: 'oms', signature: 'valid' });
      expect(good.run.code).toBe(0);
      const other = verify(folder, '--anchor', place(context, 'nvidia/nv-agent-root-cert.pem'), ...at);
      expect(other.run.code).toBe(1);
      expect(other.failed).toContain('identity');
    });
  }

  it('does not take another identity or issuer for the one asked for', (context) => {
    const folder = place(context, 'model-transparency/v1.1.0-sigstore');
    const issuer = 'https://sigstore.verify.ibm.com/oauth2';
    for (const [identity, url] of [
      ['stefanb@us.ibm.co', issuer],
      ['stefanb@us.ibm.com', 'https://accounts.google.com'],
      ['stefanb', issuer],
    ] as const) {
      const { failed, report } = verify(folder, '--identity', identity, '--issuer', url);
      expect(report.verdict).toBe('failed');
      expect(failed).toEqual(['identity', 'identity.expected']);
    }
  });

  it('says whose certificate is outside its time, and that the signature is good', (context) => {
    const folder = place(context, 'nvidia/earth2studio-discover');
    const anchor = ['--anchor', place(context, 'nvidia/nv-agent-root-cert.pem')];
    expect(verify(folder, ...anchor, '--at', '2027-01-01T00:00:00Z').report.verdict).toBe('verified');
    for (const time of ['2029-01-01T00:00:00Z', '2026-01-01T00:00:00Z']) {
      const { failed, report } = verify(folder, ...anchor, '--at', time);
      expect(report).toMatchObject({ verdict: 'failed', signature: 'valid' });
      expect(failed).toEqual(['time']);
    }
  });

  it('names the three files that drifted', (context) => {
    const anchor = ['--anchor', place(context, 'nvidia/nv-agent-root-cert.pem')];
    const { report, failed } = verify(place(context, 'nvidia/deepstream-dev'), ...anchor, ...at);
    expect(report.files.mismatched.sort()).toEqual([
      'references/kafka_messaging.md',
      'references/nvinfer_config.md',
      'references/service_maker_api.md',
    ]);
    expect(new Set(failed)).toEqual(new Set(['files.digest']));
  });

  it('never takes an authority from a bundle', (context) => {
    const anchor = ['--anchor', place(context, 'nvidia/nv-agent-root-cert.pem')];
    const { failed } = verify(place(context, 'nvidia/amc-run-sample-calibration'), ...anchor, ...at);
    expect(failed).toEqual(['identity', 'chain', 'files.digest']);
  });

  it('warns of files that the signer left out, and fails with others that are new', (context) => {
    const folder = path.join(temporaryFolder(), 'set');
    cpSync(place(context, 'model-transparency/v1.1.0-elliptic-key'), folder, { recursive: true });
    const anchor = anchorFor(context, 'v1.1.0-elliptic-key');
    writeFileSync(path.join(folder, 'ignore-me'), 'x');
    const ignoring = verify(folder, ...anchor);
    expect(ignoring.report).toMatchObject({
      verdict: 'warning',
      files: { ignored: ['ignore-me'], extra: [] },
    });
    writeFileSync(path.join(folder, 'more'), 'x');
    expect(verify(folder, ...anchor).report).toMatchObject({ verdict: 'failed', files: { extra: ['more'] } });
  });

  it('takes a signature from elsewhere', (context) => {
    const folder = path.join(temporaryFolder(), 'set');
    cpSync(place(context, 'model-transparency/v1.1.0-elliptic-key'), folder, { recursive: true });
    const signature = path.join(temporaryFolder(), 'any-name');
    writeFileSync(signature, readFileSync(path.join(folder, 'model.sig')));
    rmSync(path.join(folder, 'model.sig'));
    const anchor = anchorFor(context, 'v1.1.0-elliptic-key');
    expect(verify(folder, ...anchor, '--signature', signature).report.verdict).toBe('verified');
    expect(verify(folder, ...anchor).report).toMatchObject({ signature: 'absent', verdict: 'not-checked' });
  });

  it('wants an issuer with an identity', (context) => {
    const run = commandLine(temporaryFolder())('verify', place(context, 'spec'), '--identity', 'a@b.c');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('--issuer');
  });
});
