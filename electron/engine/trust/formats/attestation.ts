import type { SignatureFormat } from './signature-format.ts';

/**
 * In-toto attestations in bare DSSE envelopes, one or several a line (`*.intoto.jsonl`). Known by the names of the envelope
 * and the type of its payload.
 */
export const attestationFormat: SignatureFormat = {
  id: 'in-toto',
  recognises(content) {
    const head = Buffer.from(content.subarray(0, 4096)).toString('latin1').trimStart();
    return (
      head.startsWith('{') &&
      /"payloadType"\s*:\s*"application\/vnd\.in-toto\+json"/.test(whole(content, head))
    );
  },
  async open(content) {
    const { openAttestations } = await import('../sigstore/open-attestations.ts');
    return openAttestations(content);
  },
};

/** The type may follow a long payload; a small file is searched in full. */
function whole(content: Uint8Array, head: string): string {
  if (!head.includes('"payload')) return '';
  return content.length <= 1024 * 1024 ? Buffer.from(content).toString('latin1') : head;
}
