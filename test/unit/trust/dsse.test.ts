import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64 } from '#engine/core/base64.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { preAuthEncoding, signEnvelope, verifyEnvelope } from '#engine/trust/dsse.ts';
import { makeStatement, parseStatement, sha256Subject, signStatement } from '#engine/trust/statement.ts';
import { newSigner } from '../../fixtures/signing.ts';

const text = (content: string) => new TextEncoder().encode(content);
const payload = text('{"a":1}');
const TYPE = 'application/vnd.in-toto+json';

interface Json {
  payload: string;
  payloadType: string;
  signatures: { keyid?: string; sig: string }[];
}
const open = (envelope: Uint8Array) => JSON.parse(Buffer.from(envelope).toString()) as Json;
const close = (json: unknown) => text(JSON.stringify(json));

describe('DSSE envelopes', () => {
  it('encode what is signed as the specification shows', () => {
    expect(
      Buffer.from(preAuthEncoding('http://example.com/HelloWorld', text('hello world'))).toString(),
    ).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
    expect(Buffer.from(preAuthEncoding('ä', text('ö'))).toString()).toBe('DSSEv1 2 ä 2 ö');
  });

  it('hold for the key that signed, and give back payload and signer', () => {
    const signer = newSigner();
    const outcome = verifyEnvelope(signEnvelope(TYPE, payload, signer), [newSigner('other'), signer]);
    expect(outcome).toMatchObject({ outcome: 'valid', payloadType: TYPE, signers: [signer] });
    expect(outcome.outcome === 'valid' && Buffer.from(outcome.payload).toString()).toBe('{"a":1}');
  });

  it('tell an unknown signer from a broken signature', () => {
    const signer = newSigner();
    const envelope = signEnvelope(TYPE, payload, signer);
    expect(verifyEnvelope(envelope, [newSigner('other')])).toMatchObject({
      outcome: 'invalid',
      unknownKeyIds: [signer.fingerprint],
    });
    const json = open(envelope);
    json.payload = encodeBase64(text('{"a":2}'));
    expect(verifyEnvelope(close(json), [signer])).toMatchObject({ outcome: 'invalid', unknownKeyIds: [] });
  });

  it('read either base64 alphabet, and no sloppy one', () => {
    const signer = newSigner();
    const json = open(signEnvelope(TYPE, Uint8Array.of(251, 255, 254, 1), signer));
    expect(json.payload).toBe('+//+AQ==');
    expect(verifyEnvelope(close({ ...json, payload: '-__-AQ' }), [signer]).outcome).toBe('valid');
    for (const sloppy of ['+//+AR==', '+//+AQ', '+//+ AQ==', '+//+AQ==\n', '']) {
      expect(verifyEnvelope(close({ ...json, payload: sloppy }), [signer]).outcome).toBe('invalid');
    }
  });

  it('are invalid with one bad signature beside a good one', () => {
    const signer = newSigner();
    const other = newSigner('other');
    const json = open(signEnvelope(TYPE, payload, signer));
    const stolen = open(signEnvelope(TYPE, text('something else'), other)).signatures;
    const both = close({ ...json, signatures: [...json.signatures, ...stolen] });
    expect(verifyEnvelope(both, [signer, other]).outcome).toBe('invalid');
    expect(verifyEnvelope(both, [signer]).outcome).toBe('invalid');
    const good = open(signEnvelope(TYPE, payload, other)).signatures;
    const two = close({ ...json, signatures: [...json.signatures, ...good] });
    expect(verifyEnvelope(two, [signer, other])).toMatchObject({
      outcome: 'valid',
      signers: [signer, other],
    });
  });

  it.each([
    ['no signature', (json: Json) => ({ ...json, signatures: [] })],
    ['no signature field', ({ payload, payloadType }: Json) => ({ payload, payloadType })],
    ['an empty signature', (json: Json) => ({ ...json, signatures: [{ sig: '' }] })],
    ['another payload type', (json: Json) => ({ ...json, payloadType: 'text/plain' })],
    [
      'the key id of somebody else',
      (json: Json) => ({ ...json, signatures: [{ ...json.signatures[0], keyid: 'SHA256:x' }] }),
    ],
  ])('are invalid with %s', (_, change) => {
    const signer = newSigner();
    expect(verifyEnvelope(close(change(open(signEnvelope(TYPE, payload, signer)))), [signer]).outcome).toBe(
      'invalid',
    );
  });

  it('are invalid with a key twice, which two readers could read in two ways', () => {
    const signer = newSigner();
    const json = Buffer.from(signEnvelope(TYPE, payload, signer)).toString();
    const doubled = json.replace('{"payload":', '{"payload":"e30=","payload":');
    expect(JSON.parse(doubled)).toEqual(JSON.parse(json));
    expect(verifyEnvelope(text(doubled), [signer])).toMatchObject({
      outcome: 'invalid',
      reason: expect.stringContaining('twice') as string,
    });
  });

  it('never throw, whatever the content', () => {
    const signer = newSigner();
    const whole = Buffer.from(signEnvelope(TYPE, payload, signer)).toString();
    const mutated = fc
      .tuple(fc.nat(whole.length), fc.nat(12), fc.string({ maxLength: 12 }))
      .map(([at, cut, put]) => whole.slice(0, at) + put + whole.slice(at + cut))
      .filter((content) => content !== whole && !content.includes(whole.slice(1, -1)));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.json(), fc.string()), (content) => {
        const outcome = verifyEnvelope(text(content), [signer]);
        // White space between tokens is not covered, and means nothing.
        if (outcome.outcome === 'valid')
          expect(JSON.parse(content)).toMatchObject({ payload: open(text(whole)).payload });
      }),
      { numRuns: 500 },
    );
  });
});

describe('in-toto statements', () => {
  const statement = makeStatement([sha256Subject('model.bin', 'ab'.repeat(32))], 'urn:test:v1', { n: 1 });

  it('go through an envelope unchanged', () => {
    const signer = newSigner();
    const outcome = verifyEnvelope(signStatement(statement, signer), [signer]);
    expect(outcome.outcome === 'valid' && parseStatement(outcome.payload)).toEqual(statement);
  });

  it.each([
    ['no subject', { ...statement, subject: [] }, 'FORMAT-INVALID'],
    ['a digest that is not hex', { ...statement, subject: [{ digest: { sha256: 'zz' } }] }, 'FORMAT-INVALID'],
    ['no predicate type', { ...statement, predicateType: '' }, 'FORMAT-INVALID'],
    ['a newer version', { ...statement, _type: 'https://in-toto.io/Statement/v2' }, 'FORMAT-NEWER'],
    ['another type', { ...statement, _type: 'https://example.com' }, 'FORMAT-INVALID'],
    ['an array', [], 'FORMAT-INVALID'],
  ])('are refused with %s', (_, value, code) => {
    expect(() => parseStatement(canonicalBytes(value))).toThrow(expect.objectContaining({ code }) as Error);
  });
});
