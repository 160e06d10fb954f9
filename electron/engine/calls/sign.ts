import { createPublicKey, X509Certificate } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ParsedInput } from '#shared/contract/calls.ts';
import type { Signed } from '#shared/contract/signing.ts';
import { findAgentSigner } from '#engine/access/ssh-agent-keys.ts';
import { AppError } from '#engine/core/app-error.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import { socketSshAgent } from '#engine/core/ports/ssh-agent.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { signOms } from '#engine/trust/oms-sign.ts';
import { MAX_PRIVATE_KEY_BYTES, parsePrivateKey, type PrivateKey } from '#engine/trust/private-key.ts';
import { spkiFingerprint } from '#engine/trust/spki.ts';
import { keySshSigner, type SshSigner } from '#engine/trust/ssh-signer.ts';
import { FILE_NAMESPACE, signSshsigDigest } from '#engine/trust/sshsig.ts';
import type { CallHandlers, EngineContext } from '../context.ts';
import { readSmallFile } from './anchor-files.ts';
import { findRelease } from './find-release.ts';
import { digestOfFile, modelAt, sha512Of } from './sign-place.ts';

const MAX_CHAIN_BYTES = 1024 * 1024;

type Request = ParsedInput<'sign.create'>;

/** Signatures that others can check without Sallyport. Signing a release is on record. */
export function signCalls(context: EngineContext): CallHandlers<'sign.create'> {
  return {
    'sign.create': async (request) => {
      const target = context.locations.resolve(request.target);
      await refuseExisting(target);
      return request.format === 'sshsig'
        ? await signWithSsh(context, request, target)
        : await signWithOms(context, request, target);
    },
  };
}

/** One file, or a release's manifest, which is written beside the signature so that ssh-keygen has what it checks. */
async function signWithSsh(context: EngineContext, request: Request, target: string): Promise<Signed> {
  if (request.chain !== undefined)
    throw new AppError('USAGE', 'Certificates go with OMS signatures only.', { next: 'Leave out --chain.' });
  const signer = await sshSignerOf(context, request);
  const { release, manifestFile, sha512 } = await signedFileOf(context, request, target);
  const signature = await signSshsigDigest(
    new Uint8Array(Buffer.from(sha512, 'hex')),
    FILE_NAMESPACE,
    signer,
  );
  const written = new TextEncoder().encode(signature);
  if (release !== null && manifestFile !== null) {
    recordSigning(context, release, { format: 'sshsig', fingerprint: signer.fingerprint, written });
    await writeFileDurably(manifestFile, release.manifest);
  }
  await writeFileDurably(target, written);
  return {
    format: 'sshsig',
    fingerprint: signer.fingerprint,
    digest: release?.manifestDigest ?? `sha512:${sha512}`,
    files: 1,
    signature: target,
    manifest: manifestFile,
  };
}

interface SignedFile {
  readonly release: ReleaseRow | null;
  readonly manifestFile: string | null;
  readonly sha512: string;
}

async function signedFileOf(context: EngineContext, { what }: Request, target: string): Promise<SignedFile> {
  if (what.kind === 'place') {
    const sha512 = await digestOfFile(context, context.locations.resolve(what.source));
    return { release: null, manifestFile: null, sha512 };
  }
  const release = findRelease(context.registry, what.release.model, what.release.version);
  if (!target.endsWith('.sig'))
    throw new AppError('USAGE', 'The signature of a manifest lies beside it, with .sig added.', {
      expected: 'e.g. --out model-1.0.0.json.sig',
      found: path.basename(target),
    });
  const manifestFile = target.slice(0, -'.sig'.length);
  await refuseExisting(manifestFile);
  return { release, manifestFile, sha512: sha512Of(release.manifest) };
}

/** Every file of a folder or release, in one bundle. */
async function signWithOms(context: EngineContext, request: Request, target: string): Promise<Signed> {
  const { what } = request;
  if (request.key.kind === 'agent')
    throw new AppError('USAGE', 'SSH agents make SSH signatures only.', {
      next: 'Name an ECDSA key file with --key, or sign with --format sshsig.',
    });
  const { key } = await privateKeyOf(context, request.key);
  const chain = request.chain === undefined ? [] : await readChain(context.locations.resolve(request.chain));
  const release =
    what.kind === 'release' ? findRelease(context.registry, what.release.model, what.release.version) : null;
  const model =
    what.kind === 'place'
      ? await modelAt(context, context.locations.resolve(what.source), target)
      : { name: what.release.model, files: filesOf(context, release) };
  const { bundle, rootDigest } = signOms(model, key, chain);
  const fingerprint = spkiFingerprint(createPublicKey(key));
  if (release !== null) recordSigning(context, release, { format: 'oms', fingerprint, written: bundle });
  await writeFileDurably(target, bundle);
  const files = model.files.length;
  return { format: 'oms', fingerprint, digest: rootDigest, files, signature: target, manifest: null };
}

function filesOf({ registry }: EngineContext, release: ReleaseRow | null) {
  const files = release === null ? [] : registry.releases.files(release.id);
  return files.map(({ path: name, digest }) => ({ path: name, sha256: hexOf(digest) }));
}

async function sshSignerOf(context: EngineContext, { key }: Request): Promise<SshSigner> {
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

async function privateKeyOf(
  { locations }: EngineContext,
  { source, passphrase }: Extract<Request['key'], { kind: 'file' }>,
): Promise<PrivateKey> {
  return await parsePrivateKey(
    await readSmallFile(locations.resolve(source), MAX_PRIVATE_KEY_BYTES),
    passphrase,
  );
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

function recordSigning(
  context: EngineContext,
  release: ReleaseRow,
  { format, fingerprint, written }: { format: string; fingerprint: string; written: Uint8Array },
): void {
  const object = `${release.model}@${release.version}`;
  const subjects = [
    { name: object, digest: release.manifestDigest },
    { name: 'signature', digest: digestOf(written) },
  ];
  context.govern({ act: 'release.sign', object, subjects, details: { format, key: fingerprint } }, () => {});
  context.changed('audit');
}

async function refuseExisting(file: string): Promise<void> {
  if ((await stat(file).catch(() => null)) === null) return;
  throw new AppError('ALREADY-EXISTS', `${path.basename(file)} is there already.`, {
    path: file,
    state: 'Nothing was signed.',
    next: 'Name another file with --out.',
  });
}
