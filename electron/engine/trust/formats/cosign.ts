import type { SignatureFormat } from './signature-format.ts';

/** `cosign sign-blob --bundle` before Sigstore bundles: signature, certificate and log entry in names of its own. */
export const cosignFormat: SignatureFormat = {
  id: 'cosign',
  recognises(content) {
    const head = Buffer.from(content.subarray(0, 4096)).toString('latin1').trimStart();
    return head.startsWith('{') && head.includes('"base64Signature"');
  },
  async open(content) {
    const { openCosign } = await import('../sigstore/open-cosign.ts');
    return openCosign(content);
  },
};
