import { AppError } from '#engine/core/app-error.ts';
import type { SshAgentPort } from '#engine/core/ports/ssh-agent.ts';
import { fingerprintOfBlob } from '#engine/trust/openssh-key.ts';
import { readSshSignature } from '#engine/trust/ssh-signature.ts';
import type { SshSigner } from '#engine/trust/ssh-signer.ts';
import { concatBytes, SshReader, sshString, sshUint32 } from '#engine/trust/ssh-wire.ts';

/** Message numbers of draft-miller-ssh-agent, section 6.1. */
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
/** Ask RSA keys for SHA-512 (section 3.6.1): without it they would use SHA-1. */
const RSA_SHA2_512 = 4;
const MAX_KEYS = 2048;

/** Every key that the agent offers, as something to sign with. Nothing is signed until it is asked to. */
export async function listAgentSigners(agent: SshAgentPort): Promise<SshSigner[]> {
  const reader = new SshReader(await agent.request(Uint8Array.of(REQUEST_IDENTITIES)));
  if (reader.byte() !== IDENTITIES_ANSWER) throw refused('It does not list its keys: it may be locked.');
  const count = reader.uint32();
  if (count === null || count > MAX_KEYS) throw refused('It lists its keys in a way that makes no sense.');
  return Array.from({ length: count }, () => {
    const keyBlob = reader.string();
    const comment = reader.text();
    if (keyBlob === null || comment === null)
      throw refused('It lists its keys in a way that makes no sense.');
    const fingerprint = fingerprintOfBlob(keyBlob);
    return { keyBlob, fingerprint, comment, sign: (message) => signWith(agent, keyBlob, message) };
  });
}

/** The key with this fingerprint (`SHA256:` may be left out). Throws NOT-FOUND with what is there instead. */
export async function findAgentSigner(agent: SshAgentPort, fingerprint: string): Promise<SshSigner> {
  const signers = await listAgentSigners(agent);
  const wanted = fingerprint.trim().replace(/^SHA256:/, '');
  const found = signers.find((signer) => signer.fingerprint === `SHA256:${wanted}`);
  if (found !== undefined) return found;
  throw new AppError('NOT-FOUND', 'The SSH agent has no key with that fingerprint.', {
    expected: fingerprint,
    found: signers.map((signer) => signer.fingerprint).join(', ') || 'no key at all',
    state: 'Nothing was signed.',
    next: 'Add the key with ssh-add, or plug in the security key that holds it.',
  });
}

async function signWith(agent: SshAgentPort, keyBlob: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  const request = concatBytes(
    Uint8Array.of(SIGN_REQUEST),
    sshString(keyBlob),
    sshString(message),
    sshUint32(RSA_SHA2_512),
  );
  const reader = new SshReader(await agent.request(request));
  if (reader.byte() !== SIGN_RESPONSE)
    throw refused('It refused to sign: the key may want to be touched or confirmed.');
  const signature = reader.string();
  if (signature === null || !reader.atEnd || readSshSignature(signature) === null)
    throw refused('What it answered is no signature.');
  return signature;
}

function refused(why: string): AppError {
  return new AppError('AGENT-UNREACHABLE', `The SSH agent did not do what it was asked. ${why}`, {
    state: 'Nothing was signed.',
  });
}
