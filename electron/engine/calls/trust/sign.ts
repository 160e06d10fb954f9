import { createPublicKey, X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ParsedInput } from '#shared/contract/calls.ts';
import type { SigningFormat } from '#shared/contract/signing.ts';
import { findAgentSigner } from '#engine/access/ssh-agent-keys.ts';
import { releaseSignatureSubject } from '#engine/audit/records.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import { socketSshAgent } from '#engine/core/ports/ssh-agent.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { signOms } from '#engine/trust/oms-sign.ts';
import { MAX_PRIVATE_KEY_BYTES, parsePrivateKey, type PrivateKey } from '#engine/trust/private-key.ts';
import { spkiFingerprint } from '#engine/trust/spki.ts';
import { keySshSigner, personSshSigner, type SshSigner } from '#engine/trust/ssh-signer.ts';
import { FILE_NAMESPACE, signSshsigDigest } from '#engine/trust/sshsig.ts';
import { makeStatement, sha256Subject, signStatement } from '#engine/trust/statement.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { readSmallFile } from './anchor-files.ts';
import { findRelease } from '../releases/find-release.ts';
import { manifestName } from './release-signatures.ts';
import { digestOfFile, modelAt, sha512Of } from './sign-place.ts';

const MAX_CHAIN_BYTES = 1024 * 1024;
/** Says that the signer stands for the release as it is; nothing is stated but its digest. */
const RELEASE_PREDICATE = 'urn:sallyport:release:v1';

type Request = ParsedInput<'sign.create'>;

/** A signature, before it is kept or written. */
interface Made {
  readonly content: Uint8Array;
  /** Of the key. */
  readonly fingerprint: string;
  /** Of what was signed. */
  readonly digest: string;
  readonly files: number;
}

/** Signatures that others can check without Sallyport. Those of a release are on record, and kept with it. */
export function signCalls(context: EngineContext): CallHandlers<'sign.create'> {
  return {
    'sign.create': async (request) => {
      const { what, format } = request;
      const target = request.target === undefined ? null : context.locations.resolve(request.target);
      const release =
        what.kind === 'release'
          ? findRelease(context.registry, what.release.model, what.release.version)
          : null;
      refuseMisfit(request, target);
      const manifestFile = release === null ? null : manifestFileOf(request, target);
      for (const file of [target, manifestFile]) if (file !== null) await refuseExisting(file);
      const made = await makers[format](context, request, release, target);
      if (release !== null) keep(context, release, format, made);
      if (release !== null && manifestFile !== null) await writeFileDurably(manifestFile, release.manifest);
      if (target !== null) await writeFileDurably(target, made.content);
      const { fingerprint, digest, files } = made;
      return { format, fingerprint, digest, files, signature: target, manifest: manifestFile };
    },
  };
}

type Maker = (
  context: EngineContext,
  request: Request,
  release: ReleaseRow | null,
  target: string | null,
) => Promise<Made>;

const makers: Record<SigningFormat, Maker> = {
  dsse: signWithDsse,
  sshsig: signWithSsh,
  oms: signWithOms,
};

function refuseMisfit({ what, key, format, chain }: Request, target: string | null): void {
  if (what.kind === 'place' && target === null)
    throw new AppError('USAGE', 'Only a release keeps its signatures.', { next: 'Name a file with --out.' });
  if (format === 'dsse' && (what.kind === 'place' || key.kind !== 'person'))
    throw new AppError(
      'USAGE',
      'A DSSE statement is made over a release, with the unlocked key of a person.',
      {
        next: 'Leave out --key and --agent, and say who signs (--as).',
      },
    );
  if (format === 'oms' && key.kind !== 'file')
    throw new AppError('USAGE', 'People’s keys and SSH agents make no OMS signatures.', {
      next: 'Name an ECDSA key file with --key, or sign with --format sshsig.',
    });
  if (format !== 'oms' && chain !== undefined)
    throw new AppError('USAGE', 'Certificates go with OMS signatures only.', { next: 'Leave out --chain.' });
}

/** The manifest is written beside an SSH signature in a file, so that ssh-keygen has what it checks. */
function manifestFileOf({ format }: Request, target: string | null): string | null {
  if (format !== 'sshsig' || target === null) return null;
  if (target.endsWith('.sig')) return target.slice(0, -'.sig'.length);
  throw new AppError('USAGE', 'The signature of a manifest lies beside it, with .sig added.', {
    expected: 'e.g. --out model-1.0.0.json.sig',
    found: path.basename(target),
  });
}

/** An in-toto statement about a release's manifest, by whoever acts. */
function signWithDsse(context: EngineContext, _request: Request, release: ReleaseRow | null): Promise<Made> {
  if (release === null) throw new AppError('INTERNAL', 'A statement is about a release.');
  const signer = context.session.signer();
  const { model, version, manifestDigest } = release;
  const subject = sha256Subject(manifestName(release), hexOf(manifestDigest));
  const statement = makeStatement([subject], RELEASE_PREDICATE, { model, version });
  const content = signStatement(statement, signer);
  return Promise.resolve({ content, fingerprint: signer.fingerprint, digest: manifestDigest, files: 1 });
}

/** One file, or a release's manifest. */
async function signWithSsh(
  context: EngineContext,
  request: Request,
  release: ReleaseRow | null,
): Promise<Made> {
  const signer = await sshSignerOf(context, request);
  const { what } = request;
  const sha512 =
    what.kind === 'place'
      ? await digestOfFile(context, context.locations.resolve(what.source))
      : sha512Of(release?.manifest ?? '');
  const hash = new Uint8Array(Buffer.from(sha512, 'hex'));
  const signature = await signSshsigDigest(hash, FILE_NAMESPACE, signer);
  return {
    content: new TextEncoder().encode(signature),
    fingerprint: signer.fingerprint,
    digest: release?.manifestDigest ?? `sha512:${sha512}`,
    files: 1,
  };
}

/** Every file of a folder or release, in one bundle. */
async function signWithOms(
  context: EngineContext,
  { what, key: request, chain: chainFile }: Request,
  release: ReleaseRow | null,
  target: string | null,
): Promise<Made> {
  const { key } = await privateKeyOf(context, request);
  const chain = chainFile === undefined ? [] : await readChain(context.locations.resolve(chainFile));
  const model =
    what.kind === 'place'
      ? await modelAt(context, context.locations.resolve(what.source), target ?? '')
      : { name: what.release.model, files: filesOf(context, release) };
  const { bundle, rootDigest } = signOms(model, key, chain);
  const fingerprint = spkiFingerprint(createPublicKey(key));
  return { content: bundle, fingerprint, digest: rootDigest, files: model.files.length };
}

function filesOf({ registry }: EngineContext, release: ReleaseRow | null) {
  const files = release === null ? [] : registry.releases.files(release.id);
  return files.map(({ path: name, digest }) => ({ path: name, sha256: hexOf(digest) }));
}

async function sshSignerOf(context: EngineContext, { key }: Request): Promise<SshSigner> {
  if (key.kind === 'person') return personSshSigner(context.session.signer());
  if (key.kind === 'file') {
    const read = await privateKeyOf(context, key);
    return keySshSigner(read.key, read.comment);
  }
  const socket = process.env['SSH_AUTH_SOCK'];
  if (socket === undefined || socket === '')
    throw new AppError('AGENT-UNREACHABLE', 'No SSH agent is named here.', {
      expected: 'SSH_AUTH_SOCK',
      next: 'Start one (eval "$(ssh-agent)") and add the key (ssh-add).',
    });
  return await findAgentSigner(socketSshAgent(socket), key.fingerprint);
}

async function privateKeyOf({ locations }: EngineContext, key: Request['key']): Promise<PrivateKey> {
  if (key.kind !== 'file') throw new AppError('INTERNAL', 'Only a file holds a private key.');
  const bytes = await readSmallFile(locations.resolve(key.source), MAX_PRIVATE_KEY_BYTES);
  return await parsePrivateKey(bytes, key.passphrase);
}

async function readChain(file: string): Promise<X509Certificate[]> {
  const text = Buffer.from(await readSmallFile(file, MAX_CHAIN_BYTES)).toString('latin1');
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (blocks.length > 0) return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    throw new AppError('KEY-UNREADABLE', 'A certificate of the chain cannot be read.', { path: file }, error);
  }
  throw new AppError('KEY-UNREADABLE', 'There is no certificate in the chain.', { path: file });
}

/** The same signature again (Ed25519 makes it so) is kept once. */
function keep(
  context: EngineContext,
  { model, version, manifestDigest }: ReleaseRow,
  format: SigningFormat,
  { content, fingerprint }: Made,
): void {
  const { registry, session, clock } = context;
  const object = `${model}@${version}`;
  const row = {
    manifestDigest,
    digest: digestOf(content),
    format,
    content,
    addedAt: timestamp(clock),
    addedBy: session.actor().who,
    transferSet: null,
  };
  const isKnown = registry.releaseSignatures.of(manifestDigest).some(({ digest }) => digest === row.digest);
  const subjects = [
    { name: object, digest: manifestDigest },
    { name: 'signature', digest: row.digest },
    ...(isKnown ? [] : [releaseSignatureSubject(row)]),
  ];
  context.govern({ act: 'release.sign', object, subjects, details: { format, key: fingerprint } }, () => {
    if (!isKnown) registry.releaseSignatures.add(row);
  });
  context.changed('releases', 'audit');
}

async function refuseExisting(file: string): Promise<void> {
  if ((await stat(file).catch(() => null)) === null) return;
  throw new AppError('ALREADY-EXISTS', `${path.basename(file)} is there already.`, {
    path: file,
    state: 'Nothing was signed.',
    next: 'Name another file with --out.',
  });
}
