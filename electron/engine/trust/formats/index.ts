import { minisignFormat } from './minisign.ts';
import { cleartextFormat, openpgpFormat } from './openpgp.ts';
import { attestationFormat } from './attestation.ts';
import { cosignFormat } from './cosign.ts';
import { sigstoreBundleFormat } from './sigstore-bundle.ts';
import type { SignatureFormat } from './signature-format.ts';
import { signifyFormat } from './signify.ts';
import { sshsigFormat } from './sshsig.ts';

/** Every signature format this version reads. A new one is a file in this folder and a row here. */
export const signatureFormats: readonly SignatureFormat[] = [
  sshsigFormat,
  minisignFormat,
  signifyFormat,
  openpgpFormat,
  cleartextFormat,
  sigstoreBundleFormat,
  cosignFormat,
  attestationFormat,
];
