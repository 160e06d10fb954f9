import type { SignatureFormat } from './signature-format.ts';

const HEAD_BYTES = 4096;
/** A bundle says so itself; one whose material or envelope comes first is known by their names. */
const marks = ['application/vnd.dev.sigstore.bundle', '"verificationMaterial"', '"dsseEnvelope"'];

/**
 * Sigstore bundles: OpenSSF Model Signing, signatures of one file, attestations. Which of them it is stands deep inside, so
 * opening one tells.
 */
export const sigstoreBundleFormat: SignatureFormat = {
  id: 'sigstore-bundle',
  recognises(content) {
    const head = Buffer.from(content.subarray(0, HEAD_BYTES)).toString('latin1').trimStart();
    return head.startsWith('{') && marks.some((mark) => head.includes(mark));
  },
  async open(content) {
    const { openBundle } = await import('../sigstore/open-bundle.ts');
    return openBundle(content);
  },
};
