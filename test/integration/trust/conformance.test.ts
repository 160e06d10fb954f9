import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** Folders of the conformance data, with what they give (its README). Whatever lies there and is not named here fails. */
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
const skills: Readonly<Record<string, { failed: readonly string[]; mismatched: readonly string[] }>> = {
  'earth2studio-discover': { failed: [], mismatched: [] },
  'omniverse-cad-to-simready': { failed: [], mismatched: [] },
  'rag-blueprint': { failed: [], mismatched: [] },
  'deepstream-dev': {
    failed: ['files.digest', 'files.digest', 'files.digest'],
    mismatched: [
      'references/kafka_messaging.md',
      'references/nvinfer_config.md',
      'references/service_maker_api.md',
    ],
  },
  'amc-run-sample-calibration': {
    failed: ['identity', 'chain', 'files.digest'],
    mismatched: ['SKILL.md'],
  },
};
const vectors: Readonly<Record<string, RegExp | null>> = {
  'valid/key': null,
  'valid/certificate': null,
  'valid/sigstore': null,
  'invalid/empty': /not a signature in a format/,
  'invalid/missing-envelope': /neither an envelope/,
  'invalid/missing-tlog-entries': /transparency log/,
  'invalid/missing-verification-material': /verificationMaterial/,
  'invalid-payload/wrong-predicate': /predicate type is https:\/\/example.com\/wrong-predicate/,
};

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
}

/** A copy that may be changed. */
function copyOf(folder: string): string {
  const copy = path.join(temporaryFolder(), 'set');
  cpSync(folder, copy, { recursive: true });
  return copy;
}

function flipByte(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

describe('verify, the command', { timeout: 60_000 }, () => {
  it('is tried over every folder of the conformance data', (context) => {
    const places = place(context, 'model-transparency');
    expect(foldersIn(places).filter((name) => name.startsWith('v'))).toEqual(sets);
    expect(foldersIn(place(context, 'nvidia')).sort()).toEqual(Object.keys(skills).sort());
    const spec = place(context, 'spec/test-vectors/v1.0');
    const found = foldersIn(spec).flatMap((kind) =>
      readdirSync(path.join(spec, kind)).map((file) => `${kind}/${file.replace('.bundle.json', '')}`),
    );
    expect(found.sort()).toEqual(Object.keys(vectors).sort());
  });

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

    it(`refuses ${set} with one byte of a file or the signature changed, a file more, or one less`, (context) => {
      const changes: readonly ((folder: string) => void)[] = [
        (folder) => flipByte(path.join(folder, 'signme-1'), 3),
        (folder) => {
          const text = readFileSync(path.join(folder, 'model.sig'), 'latin1');
          flipByte(path.join(folder, 'model.sig'), text.search(/"payload": ?"/) + 400);
        },
        (folder) => writeFileSync(path.join(folder, 'more'), 'x'),
        (folder) => rmSync(path.join(folder, 'signme-1')),
      ];
      for (const change of changes) {
        const folder = copyOf(place(context, 'model-transparency', set));
        change(folder);
        const { run, report } = verify(folder, ...anchorFor(context, set), ...at);
        expect(report.verdict).toBe('failed');
        expect(run.code).toBe(1);
      }
    });
  }

  for (const [skill, { failed, mismatched }] of Object.entries(skills)) {
    it(`says of ${skill} what its README says`, (context) => {
      const anchor = ['--anchor', place(context, 'nvidia/nv-agent-root-cert.pem')];
      const found = verify(place(context, 'nvidia', skill), ...anchor, ...at);
      expect(found.failed).toEqual(failed);
      expect(found.report.signature).toBe('valid');
      expect(found.report.files.mismatched.toSorted()).toEqual(mismatched);
      expect(found.run.code).toBe(failed.length === 0 ? 0 : 1);
    });
  }

  for (const [vector, reason] of Object.entries(vectors)) {
    it(`${reason === null ? 'takes' : 'refuses'} the vector ${vector} of the specification`, (context) => {
      const method = path.basename(vector);
      const set =
        { certificate: 'v1.1.0-certificate', sigstore: 'v1.1.0-sigstore' }[method] ?? 'v1.1.0-elliptic-key';
      const folder = copyOf(place(context, 'model-transparency', set));
      rmSync(path.join(folder, 'model.sig'));
      const bundle = place(context, `spec/test-vectors/v1.0/${vector}.bundle.json`);
      const { run, report } = verify(folder, ...anchorFor(context, set), ...at, '--signature', bundle);
      expect(report.signature).toBe(reason === null ? 'valid' : 'invalid');
      if (reason === null) return;
      expect(run.code).toBe(1);
      expect(report.checks.find(({ id }) => id === 'signature')?.detail).toMatch(reason);
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

  it('warns of files that the signer left out, and fails with others that are new', (context) => {
    const folder = copyOf(place(context, 'model-transparency/v1.1.0-elliptic-key'));
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
    const folder = copyOf(place(context, 'model-transparency/v1.1.0-elliptic-key'));
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
