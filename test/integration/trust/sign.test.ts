import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { preAuthEncoding } from '#engine/trust/dsse.ts';
import { conformanceFolder } from '../../fixtures/conformance.ts';
import { needsProgram } from '../../fixtures/needs.ts';
import { run, succeeds } from '../../fixtures/peers.ts';
import { startAgent } from '../../fixtures/ssh-agent.ts';
import { allowUnknownFormats, reviewed } from '../../fixtures/lenient-policy.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

function layOut(): string {
  const folder = path.join(temporaryFolder(), 'toy');
  mkdirSync(path.join(folder, 'sub'), { recursive: true });
  for (const name of ['model.bin', 'sub/z.json', 'sub-a.json']) {
    writeFileSync(path.join(folder, name), JSON.stringify({ name }));
  }
  return folder;
}

function newEcKey(folder: string, curve = 'prime256v1'): string {
  const file = path.join(folder, `${curve}.pem`);
  run('openssl', ['ecparam', '-name', curve, '-genkey', '-noout', '-out', file]);
  return file;
}

async function publish(test: TestEngine, folder: string) {
  const input = { source: test.locate(folder), model: 'toy', version: '1.0.0' };
  const { importId } = await test.finish('import', await test.engine.call('imports.start', input));
  await allowUnknownFormats(test);
  const accepted = { acceptUnsigned: { reason: 'a test' }, acceptReview: reviewed };
  return test.engine.call('imports.publish', { id: importId, ...accepted });
}

const Bundle = z.object({
  verificationMaterial: z.looseObject({}),
  dsseEnvelope: z.object({ payload: z.string(), signatures: z.array(z.object({ sig: z.string() })) }),
});
const Payload = z.object({
  subject: z.tuple([z.object({ digest: z.object({ sha256: z.string() }) })]),
  predicate: z.object({ resources: z.array(z.object({ name: z.string(), digest: z.string() })) }),
});

function openBundle(file: string) {
  const text = readFileSync(file, 'utf8');
  const bundle = Bundle.parse(JSON.parse(text));
  const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64');
  const signature = Buffer.from(bundle.dsseEnvelope.signatures[0]?.sig ?? '', 'base64');
  const statement: unknown = JSON.parse(payload.toString());
  return { bundle: JSON.parse(text) as unknown, payload, signature, statement };
}

/** Does openssl find the signature good with the key's public half? */
function opensslAccepts(key: string, hash: string, signature: Uint8Array, signed: Uint8Array): boolean {
  const folder = temporaryFolder();
  run('openssl', ['ec', '-in', key, '-pubout', '-out', path.join(folder, 'pub')]);
  writeFileSync(path.join(folder, 'sig'), signature);
  return succeeds('openssl', ['dgst', `-${hash}`, '-verify', 'pub', '-signature', 'sig'], signed, folder);
}

describe('OMS signatures', () => {
  it.each([
    ['prime256v1', 'sha256'],
    ['secp384r1', 'sha384'],
  ])('of a folder with a key on %s list every file, and openssl checks them', async (curve, hash) => {
    const test = await openTestEngine();
    const folder = layOut();
    const key = newEcKey(temporaryFolder(), curve);
    const file = path.join(folder, 'model.sig');
    const signed = await test.engine.call('sign.create', {
      what: { kind: 'place', source: test.locate(folder) },
      key: { kind: 'file', source: test.locate(key) },
      format: 'oms',
      target: test.locate(file),
    });
    const { payload, signature, statement } = openBundle(file);
    const { subject, predicate } = Payload.parse(statement);
    expect(predicate.resources.map(({ name }) => name)).toEqual(['model.bin', 'sub-a.json', 'sub/z.json']);
    const root = createHash('sha256');
    for (const { digest } of predicate.resources) root.update(Buffer.from(digest, 'hex'));
    expect(`sha256:${subject[0].digest.sha256}`).toBe(signed.digest);
    expect(subject[0].digest.sha256).toBe(root.digest('hex'));
    const covered = preAuthEncoding('application/vnd.in-toto+json', payload);
    expect(opensslAccepts(key, hash, signature, covered)).toBe(true);
    expect(opensslAccepts(key, hash, signature, payload)).toBe(false);
  });

  it('follow the schemas of the specification, with a key and with a chain', async (context) => {
    if (conformanceFolder === null)
      return context.skip('the conformance data is absent (SALLYPORT_CONFORMANCE)');
    const conformance = conformanceFolder;
    const test = await openTestEngine();
    const made = temporaryFolder();
    const key = newEcKey(made);
    const chain = path.join(made, 'chain.pem');
    run('openssl', ['req', '-x509', '-key', key, '-subj', '/CN=packer', '-days', '2', '-out', chain]);
    const schema = (name: string) => path.join(conformance, `oms/spec/schemas/v1.0/${name}.schema.json`);
    for (const withChain of [false, true]) {
      const file = path.join(made, `model-${withChain}.sig`);
      await test.engine.call('sign.create', {
        what: { kind: 'place', source: test.locate(layOut()) },
        key: { kind: 'file', source: test.locate(key) },
        format: 'oms',
        ...(withChain ? { chain: test.locate(chain) } : {}),
        target: test.locate(file),
      });
      const { bundle, statement } = openBundle(file);
      expectSchema(schema('bundle'), bundle, schema('envelope'));
      expectSchema(schema('statement'), statement, schema('predicate'));
      expect(JSON.stringify(bundle)).toContain(withChain ? 'x509CertificateChain' : '"hint"');
    }
  });

  it('are refused with a key of another kind, and with the certificate of another key', async () => {
    const test = await openTestEngine();
    const made = temporaryFolder();
    const rsa = path.join(made, 'rsa.pem');
    run('openssl', ['genrsa', '-out', rsa, '2048']);
    const other = newEcKey(made, 'secp384r1');
    const chain = path.join(made, 'chain.pem');
    run('openssl', ['req', '-x509', '-key', other, '-subj', '/CN=other', '-out', chain]);
    const sign = (key: string, over: object = {}) =>
      test.engine.call('sign.create', {
        what: { kind: 'place', source: test.locate(layOut()) },
        key: { kind: 'file', source: test.locate(key) },
        format: 'oms',
        target: test.locate(path.join(made, 'model.sig')),
        ...over,
      });
    await expect(sign(rsa)).rejects.toMatchObject({ code: 'KEY-UNREADABLE' });
    const mine = newEcKey(made);
    await expect(sign(mine, { chain: test.locate(chain) })).rejects.toThrow(/not that of the key/);
    await sign(mine);
    await expect(sign(mine)).rejects.toMatchObject({ code: 'ALREADY-EXISTS' });
  });
});

describe('SSH signatures', () => {
  it('of a release cover its manifest, are on record, and ssh-keygen checks them', async (context) => {
    needsProgram(context, 'ssh-keygen');
    const test = await openTestEngine();
    const release = await publish(test, layOut());
    const made = temporaryFolder();
    const key = path.join(made, 'id');
    run('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', key]);
    const signed = await test.engine.call('sign.create', {
      what: { kind: 'release', release: { model: 'toy', version: '1.0.0' } },
      key: { kind: 'file', source: test.locate(key) },
      format: 'sshsig',
      target: test.locate(path.join(made, 'toy.json.sig')),
    });
    expect(signed).toMatchObject({ digest: release.manifestDigest, files: 1 });
    const manifest = readFileSync(path.join(made, 'toy.json'));
    expect(`sha256:${createHash('sha256').update(manifest).digest('hex')}`).toBe(release.manifestDigest);
    writeFileSync(path.join(made, 'allowed'), `packer ${readFileSync(`${key}.pub`, 'utf8')}`);
    const args = ['-Y', 'verify', '-f', 'allowed', '-I', 'packer', '-n', 'file', '-s', 'toy.json.sig'];
    expect(succeeds('ssh-keygen', args, manifest, made)).toBe(true);
    const [entry] = await test.engine.call('audit.list', {});
    expect(entry?.body).toMatchObject({ act: 'release.sign', object: 'toy@1.0.0' });
  });

  it('by a key that stays in the SSH agent hold here', async (context) => {
    needsProgram(context, 'ssh-agent');
    const made = temporaryFolder();
    const key = path.join(made, 'id');
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const agent = startAgent(made);
    const before = process.env['SSH_AUTH_SOCK'];
    try {
      execFileSync('ssh-add', ['-q', key], {
        env: { ...process.env, SSH_AUTH_SOCK: agent.socket },
        stdio: 'ignore',
      });
      process.env['SSH_AUTH_SOCK'] = agent.socket;
      const test = await openTestEngine();
      const file = path.join(layOut(), 'model.bin');
      const fingerprint = run('ssh-keygen', ['-l', '-f', `${key}.pub`]).split(' ')[1] ?? '';
      await test.engine.call('sign.create', {
        what: { kind: 'place', source: test.locate(file) },
        key: { kind: 'agent', fingerprint },
        format: 'sshsig',
        target: test.locate(`${file}.sig`),
      });
      const started = await test.engine.call('verify.start', {
        sources: [test.locate(file)],
        anchors: [test.locate(`${key}.pub`)],
      });
      const report = await test.finish('verify', started);
      expect(report).toMatchObject({ verdict: 'verified', signer: { fingerprint } });
    } finally {
      agent.stop();
      if (before === undefined) delete process.env['SSH_AUTH_SOCK'];
      else process.env['SSH_AUTH_SOCK'] = before;
    }
  });
});

/** Zod reads the schema; references between its files are put in place first. */
function expectSchema(file: string, value: unknown, inner: string): void {
  const read = (name: string) => JSON.parse(readFileSync(name, 'utf8')) as Record<string, unknown>;
  const whole = read(file);
  const innerSchema = read(inner);
  const id = innerSchema['$id'];
  // Zod has no conditional schemas; what theirs says of `shard_size` does not concern lists of whole files.
  const text = JSON.stringify(innerSchema).replace(/"if":\{.*?\}\},"then":\{.*?\]\},/, '');
  const { $defs: innerDefs = {}, ...innerBody } = JSON.parse(text) as Record<string, unknown>;
  delete innerBody['$id'];
  delete innerBody['$schema'];
  const outer = JSON.stringify(whole).replaceAll(`"${String(id)}"`, '"#/$defs/inner"');
  const joined = JSON.parse(outer) as Record<string, unknown>;
  joined['$defs'] = { ...(joined['$defs'] as object), ...(innerDefs as object), inner: innerBody };
  delete joined['$id'];
  const schema = z.fromJSONSchema(joined);
  expect(schema.safeParse(value)).toMatchObject({ success: true });
}
