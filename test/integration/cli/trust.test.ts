import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generateKey } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { opensshLine } from '#engine/trust/openssh-key.ts';
import { newRoot } from '../../fixtures/certificates.ts';
import { commandLine } from '../../fixtures/command-line.ts';
import { needsProgram } from '../../fixtures/needs.ts';
import { run, succeeds } from '../../fixtures/peers.ts';
import { newMinisignSigner, newSigner } from '../../fixtures/signing.ts';
import { startAgent } from '../../fixtures/ssh-agent.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

interface Anchor {
  readonly id: string;
  readonly kind: string;
  readonly fingerprint: string;
}

function setUp(...people: readonly string[]) {
  const folder = temporaryFolder();
  const sallyport = commandLine(path.join(folder, 'home'));
  const passphrase = fileIn(folder, 'passphrase', 'correct horse\n');
  for (const name of people) {
    expect(sallyport('keys', 'create', name, '--passphrase-file', passphrase).code).toBe(0);
  }
  const as = (name: string, ...args: string[]) =>
    sallyport('--as', name, '--passphrase-file', passphrase, ...args);
  return { folder, sallyport, as, passphrase };
}

function fileIn(folder: string, name: string, content: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** The trusted root of a log that nobody runs: the shape is what an anchor needs. */
function trustedRoot(): string {
  const seeds = path.join(import.meta.dirname, '../../../node_modules/@sigstore/tuf/seeds.json');
  const parsed = JSON.parse(readFileSync(seeds, 'utf8')) as Record<
    string,
    { targets: Record<string, string> }
  >;
  const target = parsed['https://tuf-repo-cdn.sigstore.dev']?.targets['trusted_root.json'] ?? '';
  return Buffer.from(target, 'base64').toString();
}

/** A public key of every kind that can be an anchor, each in a file. */
async function keyFiles(folder: string): Promise<Record<string, string>> {
  const line = opensshLine(newSigner('vendor').publicKey, 'vendor');
  const { publicLine } = newMinisignSigner();
  const signify = newMinisignSigner(Uint8Array.of(9, 9, 9, 9, 9, 9, 9, 9));
  const root = newRoot();
  const pgp = await generateKey({ userIDs: [{ name: 'vendor' }], format: 'armored' });
  const spki = run(
    'openssl',
    ['ec', '-pubout'],
    run('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout']),
  );
  const contents = {
    ssh: `${line}\n`,
    'ssh-ca': `*@example.com cert-authority ${opensshLine(newSigner('ca').publicKey, '')}\n`,
    minisign: `untrusted comment: minisign public key 0807060504030201\n${publicLine}\n`,
    signify: `untrusted comment: vendor public key\n${signify.publicLine}\n`,
    'public-key': spki,
    certificate: root.pem,
    sigstore: trustedRoot(),
    openpgp: pgp.publicKey,
  };
  return Object.fromEntries(
    Object.entries(contents).map(([kind, content]) => [kind, fileIn(folder, `${kind}.pub`, content)]),
  );
}

describe('anchors on the command line', () => {
  it('are looked at, confirmed by fingerprint, listed, limited and removed: all eight kinds', async (context) => {
    needsProgram(context, 'openssl');
    const { folder, sallyport } = setUp();
    const files = await keyFiles(folder);
    for (const [kind, file] of Object.entries(files)) {
      const looked = sallyport('--json', 'anchors', 'add', file);
      expect(looked.code, kind).toBe(0);
      const [found] = looked.json<Anchor[]>();
      expect(found?.kind).toBe(kind);
      const who = ['--owner', `owner of ${kind}`, '--models', 'demo-*'];
      const keyless =
        kind === 'sigstore' ? ['--identity', 'a@example.com', '--issuer', 'https://a.example'] : [];
      const added = sallyport(
        '--json',
        ...['anchors', 'add', file, '--fingerprint', found?.fingerprint ?? ''],
        ...[...who, ...keyless],
      );
      expect(added.json<Anchor>(), kind).toMatchObject({
        kind,
        owner: `owner of ${kind}`,
        models: ['demo-*'],
      });
    }
    const ssh = files['ssh'] ?? '';
    const wrong = sallyport(
      'anchors',
      'add',
      ssh,
      '--fingerprint',
      `SHA256:${'A'.repeat(43)}`,
      '--owner',
      'x',
      '--models',
      '*',
    );
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('FINGERPRINT-UNCONFIRMED');

    const rows = sallyport('--json', 'anchors', 'list').json<Anchor[]>();
    expect(rows.map(({ kind }) => kind).sort()).toEqual(Object.keys(files).sort());
    const id = rows.find(({ kind }) => kind === 'ssh')?.id ?? '';
    const limited = sallyport(
      '--json',
      'anchors',
      'limit',
      id,
      '--models',
      'demo-a',
      '--format',
      'sshsig',
      '--reason',
      'less',
    );
    expect(limited.json()).toMatchObject({ models: ['demo-a'], formats: ['sshsig'] });
    expect(sallyport('anchors', 'show', id).stdout).toMatch(/for models +demo-a/);
    expect(sallyport('anchors', 'limit', id, '--models', 'demo-a', '--reason', 'again').stderr).toContain(
      'STATE-CONFLICT',
    );
    expect(sallyport('anchors', 'remove', id).code).toBe(2);
    expect(sallyport('anchors', 'remove', id, '--reason', 'gone').code).toBe(0);
    expect(sallyport('anchors', 'list').stdout).not.toContain(id);
    const history = sallyport('--json', 'anchors', 'list', '--history').json();
    expect(history).toMatchObject([{ id, retiredReason: 'gone', owner: 'owner of ssh' }]);
    expect(sallyport('anchors', 'show', id).stderr).toContain('NOT-FOUND');
  });
});

describe('trust packs on the command line', () => {
  it('are made, signed by two, accepted after their roots, and gone back from with a reason', () => {
    const { folder, as, sallyport } = setUp('anna', 'ben');
    const drive = path.join(folder, 'drive');
    mkdirSync(drive);
    const made = as(
      'anna',
      '--json',
      'trust',
      'pack',
      'create',
      '--out',
      drive,
      '--root-person',
      'anna',
      '--root-person',
      'ben',
      '--threshold',
      '2',
    );
    expect(made.json()).toMatchObject({ signedBy: ['anna'], pack: { number: 1, roots: { threshold: 2 } } });
    expect(Object.keys(made.json<object>())).not.toContain('location');
    const file = path.join(drive, readdirSync(drive)[0] ?? '');
    const roots = made.json<{ pack: { roots: { keys: { fingerprint: string }[] } } }>().pack.roots.keys;
    const confirmed = roots.flatMap(({ fingerprint }) => ['--root', fingerprint]);
    const early = sallyport('--json', 'trust', 'pack', 'inspect', file, ...confirmed);
    expect(early.code).toBe(1);
    expect(early.json()).toMatchObject({ acceptable: false, quorums: [{ roots: 'named', threshold: 2 }] });
    expect(as('ben', 'trust', 'pack', 'sign', file).stdout).toContain('signed by anna, ben');
    expect(sallyport('trust', 'pack', 'accept', file).stderr).toContain('FINGERPRINT-UNCONFIRMED');
    expect(sallyport('trust', 'pack', 'accept', file, ...confirmed).code).toBe(0);

    const second = path.join(folder, 'second.dsse.json');
    as('anna', 'trust', 'pack', 'create', '--out', second);
    as('ben', 'trust', 'pack', 'sign', second);
    expect(sallyport('trust', 'pack', 'accept', second).code).toBe(0);
    const back = sallyport('trust', 'pack', 'accept', file);
    expect(back.code).toBe(1);
    expect(back.stderr).toContain('PACK-OUTDATED');
    expect(sallyport('trust', 'pack', 'accept', file, '--older-reason', 'made in error').code).toBe(0);
    expect(sallyport('trust', 'pack', 'show', '1').stdout).toContain('went back: made in error');
    expect(sallyport('--json', 'trust', 'pack', 'list').json()).toMatchObject([
      { number: 1, olderReason: 'made in error' },
      { number: 2 },
      { number: 1 },
    ]);
    expect(sallyport('--json', 'trust', 'status').json()).toMatchObject({ pack: { number: 1 } });
  });
});

describe('revocations and the policy on the command line', () => {
  it('show what they hit, and are lifted with a reason', () => {
    const { folder, sallyport } = setUp();
    const value = `sha256:${'ab'.repeat(32)}`;
    const dry = sallyport('trust', 'revocations', 'add', 'digest', value, '--reason', 'x', '--dry-run');
    expect(dry.stdout).toContain('nothing was revoked');
    const row = sallyport('--json', 'trust', 'revocations', 'add', 'digest', value, '--reason', 'a backdoor');
    const { id } = row.json<{ id: string }>();
    expect(row.json()).toMatchObject({ kind: 'digest', value, affects: { servers: [] } });
    expect(sallyport('trust', 'revocations', 'add', 'digest', value, '--reason', 'x').code).toBe(2);
    expect(sallyport('trust', 'revocations', 'add', 'digest', 'sha256:ab', '--reason', 'x').code).toBe(2);
    expect(sallyport('trust', 'revocations', 'list').stdout).toContain('a backdoor');
    expect(sallyport('trust', 'revocations', 'lift', id, '--reason', 'a false alarm').code).toBe(0);
    expect(sallyport('--json', 'trust', 'revocations', 'list').json()).toEqual([]);
    expect(sallyport('--json', 'trust', 'revocations', 'list', '--all').json()).toMatchObject([
      { id, liftedReason: 'a false alarm' },
    ]);

    const { policy } = sallyport('--json', 'trust', 'policy', 'show').json<{ policy: object }>();
    const signers = [{ models: ['*'], required: 2, owners: [], formats: [] }];
    const file = fileIn(folder, 'policy.json', JSON.stringify({ ...policy, signers }));
    expect(sallyport('trust', 'policy', 'set', file, '--reason', 'two pairs of eyes').code).toBe(0);
    expect(sallyport('--json', 'trust', 'policy', 'show').json()).toMatchObject({ policy: { signers } });
    const broken = fileIn(folder, 'broken.json', '{"signers":1}');
    expect(sallyport('trust', 'policy', 'set', broken, '--reason', 'x').code).toBe(2);
  });
});

describe('signing on the command line', () => {
  it('with a key file under a passphrase, and through an agent: ssh-keygen checks both', (context) => {
    needsProgram(context, 'ssh-agent');
    const { folder, sallyport, passphrase } = setUp();
    const key = path.join(folder, 'id');
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-a', '2', '-N', 'correct horse', '-f', key]);
    const weights = fileIn(folder, 'weights', 'weights');
    fileIn(folder, 'allowed', `vendor ${readFileSync(`${key}.pub`, 'utf8')}`);
    const theyAccept = (signature: string) => {
      const args = ['-Y', 'verify', '-f', 'allowed', '-I', 'vendor', '-n', 'file', '-s', signature];
      return succeeds('ssh-keygen', args, readFileSync(weights), folder);
    };
    const sign = ['sign', weights, '--format', 'sshsig'];
    const locked = sallyport(...sign, '--key', key, '--out', path.join(folder, 'a.sig'));
    expect(locked.code).toBe(1);
    expect(locked.stderr).toContain('PASSPHRASE-WRONG');
    const opened = [...sign, '--key', key, '--key-passphrase-file', passphrase];
    const first = sallyport('--json', ...opened, '--out', path.join(folder, 'a.sig'));
    expect(first.json()).toMatchObject({ format: 'sshsig', files: 1, manifest: null });
    expect(theyAccept('a.sig')).toBe(true);
    const descriptor = openSync(passphrase, 'r');
    const inherited = commandLine(path.join(folder, 'home'), { descriptor });
    const out = path.join(folder, 'b.sig');
    expect(inherited(...sign, '--key', key, '--key-passphrase-fd', '3', '--out', out).code).toBe(0);
    closeSync(descriptor);
    expect(theyAccept('b.sig')).toBe(true);

    run('ssh-keygen', ['-q', '-p', '-P', 'correct horse', '-N', '', '-f', key]);
    const agent = startAgent(folder);
    const before = process.env['SSH_AUTH_SOCK'];
    process.env['SSH_AUTH_SOCK'] = agent.socket;
    try {
      run('ssh-add', ['-q', key]);
      const { fingerprint } = first.json<{ fingerprint: string }>();
      expect(sallyport(...sign, '--agent', fingerprint, '--out', path.join(folder, 'c.sig')).code).toBe(0);
    } finally {
      agent.stop();
      if (before === undefined) delete process.env['SSH_AUTH_SOCK'];
      else process.env['SSH_AUTH_SOCK'] = before;
    }
    expect(theyAccept('c.sig')).toBe(true);

    const verified = sallyport(
      '--json',
      'verify',
      weights,
      '--signature',
      path.join(folder, 'c.sig'),
      '--anchor',
      `${key}.pub`,
    );
    expect(verified.code).toBe(0);
    expect(verified.json()).toMatchObject({ verdict: 'verified', format: 'sshsig', files: { verified: 1 } });
    writeFileSync(weights, 'other weights');
    const spoiled = sallyport(
      '--json',
      'verify',
      weights,
      '--signature',
      path.join(folder, 'c.sig'),
      '--anchor',
      `${key}.pub`,
    );
    expect(spoiled.code).toBe(1);
    expect(spoiled.json()).toMatchObject({ verdict: 'failed', signature: 'invalid' });
  });

  it.each(['prime256v1', 'secp384r1'])('OMS with a key on %s; --at judges its certificate', (curve) => {
    const { folder, sallyport } = setUp();
    const key = path.join(folder, 'key.pem');
    run('openssl', ['ecparam', '-name', curve, '-genkey', '-noout', '-out', key]);
    const model = path.join(folder, 'model');
    mkdirSync(model);
    fileIn(model, 'weights.bin', 'weights');
    const certificate = path.join(folder, 'ca.pem');
    const wish = [
      '-subj',
      '/CN=vendor',
      '-days',
      '2',
      '-addext',
      'keyUsage=critical,digitalSignature,keyCertSign',
    ];
    run('openssl', ['req', '-x509', '-key', key, '-out', certificate, ...wish]);
    const out = path.join(model, 'model.sig');
    expect(
      sallyport('sign', model, '--format', 'oms', '--key', key, '--chain', certificate, '--out', out).code,
    ).toBe(0);
    const verify = ['--json', 'verify', model, '--anchor', certificate];
    expect(sallyport(...verify).json()).toMatchObject({ verdict: 'verified', format: 'oms' });
    const later = sallyport(...verify, '--at', '2040-01-01T00:00:00Z');
    expect(later.code).toBe(1);
    expect(later.json()).toMatchObject({ verdict: 'failed', signature: 'valid' });
    expect(sallyport('verify', model, '--at', 'soon').code).toBe(2);
  });

  it('a release keeps DSSE and SSH signatures by people, which others check', () => {
    const { folder, sallyport, as } = setUp('anna');
    const model = path.join(folder, 'model');
    mkdirSync(model);
    fileIn(model, 'notes.txt', 'weights');
    const { id } = sallyport('--json', 'import', model, '--model', 'toy', '--version', '1.0.0').json<{
      id: string;
    }>();
    expect(sallyport('publish', id, '--accept-unsigned', '--reason', 'a test').code).toBe(0);
    expect(sallyport('sign', 'toy@1.0.0', '--format', 'dsse').stderr).toContain('KEY-LOCKED');
    expect(as('anna', 'sign', 'toy@1.0.0', '--format', 'dsse').stdout).toContain('kept with the release');
    expect(as('anna', 'sign', 'toy@1.0.0', '--format', 'sshsig').code).toBe(0);
    const key = fileIn(folder, 'anna.pub', sallyport('keys', 'export', 'anna').stdout);
    const kept = sallyport('--json', 'signatures', 'toy@1.0.0', '--out', folder);
    expect(kept.code).toBe(0);
    expect(kept.json()).toMatchObject([
      {
        format: 'dsse',
        report: { verdict: 'verified', signer: { anchor: { owner: 'anna, of this site' } } },
      },
      { format: 'sshsig', report: { verdict: 'verified' } },
    ]);
    const { manifest } = sallyport('--json', 'show', 'toy@1.0.0').json<{ manifest: string }>();
    fileIn(folder, 'allowed', `anna ${readFileSync(key, 'utf8')}`);
    const args = ['-Y', 'verify', '-f', 'allowed', '-I', 'anna', '-n', 'file', '-s', 'toy-1.0.0.json.sig'];
    expect(succeeds('ssh-keygen', args, Buffer.from(manifest), folder)).toBe(true);
  });
});
