import { describe, expect, it } from 'vitest';
import { CustodyLog, findCustodyProblem } from '#engine/bundle/custody.ts';
import { receiptDocument, signReceipt } from '#engine/bundle/receipt.ts';
import { relyOnSiteDocument } from '#engine/bundle/site-document.ts';
import { openSetDocument } from '#engine/bundle/set-document.ts';
import { claimOf, openDocument, signDocument } from '#engine/bundle/signed-document.ts';
import { parseSums } from '#engine/bundle/sums.ts';
import { parseVolumeFile } from '#engine/bundle/volume-file.ts';
import { signEnvelope } from '#engine/trust/dsse.ts';
import { IN_TOTO_PAYLOAD_TYPE } from '#engine/trust/statement.ts';
import { anchorFor, makeSigner } from '../../fixtures/set-maker.ts';

const at = '2026-11-23T10:00:00.000Z';

describe('the custody log', () => {
  const setId = 'a'.repeat(32);
  const entry = { at, by: 'packer', site: 'vendor' } as const;
  const log = CustodyLog.empty();
  log.append({ ...entry, event: 'made', volume: null }, setId);
  const afterMade = log.head;
  log.append({ ...entry, event: 'written', volume: 1 }, setId);
  const problem = (text: string, head = log.head) => findCustodyProblem(Buffer.from(text), setId, head);
  const read = (text: string) => {
    const found = CustodyLog.parse(Buffer.from(text), setId);
    if (typeof found === 'string') throw new Error(found);
    return found;
  };

  it('joins branches that two sites made apart, the same way at both', () => {
    const sender = read(log.text);
    const receiver = read(log.text);
    sender.append(
      { ...entry, event: 'handed-over', volume: null, to: 'courier', at: '2026-11-23T11:00:00.000Z' },
      setId,
    );
    receiver.append(
      { ...entry, event: 'received', volume: 1, site: 'facility', at: '2026-11-23T12:00:00.000Z' },
      setId,
    );
    const atSender = read(sender.text);
    atSender.merge(receiver);
    const atReceiver = read(receiver.text);
    atReceiver.merge(sender);
    expect(atSender.text).toBe(atReceiver.text);
    expect(atSender.events.map(({ event }) => event)).toEqual(['made', 'written', 'handed-over', 'received']);
    atSender.append({ ...entry, event: 'received', volume: 2, at: '2026-11-23T13:00:00.000Z' }, setId);
    expect(atSender.events.at(-1)?.follows).toHaveLength(2);
    expect(problem(atSender.text)).toBeNull();
    expect(CustodyLog.restore(atSender.text.trim().split('\n').reverse(), setId)).toMatchObject({
      text: atSender.text,
    });
  });

  it('takes nothing from a log of the same set that began otherwise', () => {
    const here = read(log.text);
    const other = CustodyLog.empty();
    other.append({ ...entry, event: 'made', volume: null, by: 'someone' }, setId);
    expect(here.merge(other)).toBe(0);
    expect(here.text).toBe(log.text);
  });

  it('does not hold for another set, or with a second beginning', () => {
    expect(findCustodyProblem(Buffer.from(log.text), 'b'.repeat(32), log.head)).not.toBeNull();
    const other = CustodyLog.empty();
    other.append({ ...entry, event: 'made', volume: null, by: 'someone' }, setId);
    expect(problem(`${log.text}${other.text}`)).not.toBeNull();
  });

  it('holds when it is what was signed, and when it was continued', () => {
    expect(problem(log.text)).toBeNull();
    expect(problem(log.text, afterMade)).toBeNull();
  });

  it('does not hold when an entry was changed, left out, moved, cut short or doubled', () => {
    const [made = '', written = ''] = log.text.split('\n');
    for (const text of [
      log.text.replace('packer', 'someone'),
      `${written}\n`,
      `${made}\n`,
      `${written}\n${made}\n`,
      log.text.slice(0, -1),
      `${log.text}${written}\n`,
      `${log.text}{}\n`,
      '',
    ]) {
      expect(problem(text), text).not.toBeNull();
    }
  });
});

describe('SHA256SUMS of a set', () => {
  const hex = 'ab'.repeat(32);
  it('is read in the one form it is written in', () => {
    expect(parseSums(Buffer.from(`${hex}  a\n${hex}  parts/b.00000\n`))).toEqual(
      new Map([
        ['a', hex],
        ['parts/b.00000', hex],
      ]),
    );
  });

  it.each([
    `${hex}  a`,
    `${hex} *a\n`,
    `${hex.toUpperCase()}  a\n`,
    `${hex}  a\n${hex}  a\n`,
    `\\${hex}  a\\n\n`,
    '\n',
  ])('is refused in any other: %j', (text) => {
    expect(parseSums(Buffer.from(text))).toBeNull();
  });
});

describe('volume.json', () => {
  it('is read strictly', () => {
    const good = `{"setId":"${'a'.repeat(32)}","volume":1,"volumes":2}`;
    expect(parseVolumeFile(Buffer.from(good))).toMatchObject({ volume: 1, volumes: 2 });
    expect(parseVolumeFile(Buffer.from(good.replace('1,', '1,"volume":2,')))).toBeNull();
    expect(parseVolumeFile(Buffer.from(good.replace('}', ',"x":1}')))).toBeNull();
    expect(parseVolumeFile(Buffer.from('garbage'))).toBeNull();
  });
});

describe('a receipt', () => {
  const signer = makeSigner('operator');
  const content = {
    receiptId: 'rcp-0123456789abcdef',
    site: 'facility',
    createdAt: at,
    releases: [],
    blobs: [{ digest: `sha256:${'1'.repeat(64)}`, sizeBytes: 5 }],
    sequences: [{ origin: 'vendor', sequence: 3 }],
    checkpoint: '',
  };
  const bytes = signReceipt(content, signer);
  const rely = (receipt: Uint8Array, anchors = [anchorFor(signer)]) =>
    relyOnSiteDocument(receipt, receiptDocument, { anchors, revocations: [], at: new Date(at) });
  const invalid = expect.objectContaining({ code: 'RECEIPT-INVALID' }) as unknown;

  it('by a known key can be relied on, whatever models the anchor is for', () => {
    expect(rely(bytes).blobs).toEqual(content.blobs);
    expect(rely(bytes, [anchorFor(signer, ['other-*'])]).site).toBe('facility');
  });

  it('by an unknown or revoked key cannot', () => {
    expect(() => rely(bytes, [])).toThrow(invalid);
    expect(() => rely(bytes, [anchorFor(makeSigner())])).toThrow(invalid);
    expect(() => rely(bytes, [anchorFor(signer, ['*'], { revokedAt: at, revokedReason: 'lost' })])).toThrow(
      invalid,
    );
  });

  it('that was changed, is something else or is newer cannot', () => {
    for (let n = 0; n < bytes.length; n += 3) {
      const flipped = Uint8Array.from(bytes);
      flipped[n] = (flipped[n] ?? 0) ^ (1 << (n % 8));
      expect(() => rely(flipped), `byte ${n}`).toThrow();
    }
    expect(() => rely(Buffer.from('{}'))).toThrow(invalid);
    const subject = [{ name: 'x', digest: { sha256: '0'.repeat(64) } }];
    const newer = signDocument(
      { predicateType: 'urn:sallyport:receipt:v2' },
      subject,
      { signer: claimOf(signer) },
      signer,
    );
    expect(openDocument(newer, receiptDocument)).toMatchObject({
      signature: 'valid',
      content: null,
      problem: { code: 'FORMAT-NEWER' },
    });
    expect(() => rely(newer)).toThrow(expect.objectContaining({ code: 'FORMAT-NEWER' }));
  });

  it('is no transfer set', () => {
    expect(openSetDocument(bytes)).toMatchObject({ content: null, problem: { code: 'FORMAT-INVALID' } });
  });
});

describe('a signed document', () => {
  const signer = makeSigner();

  it('with a key twice in an object is not read, although its signature would hold', () => {
    const twice = `{"_type":"https://in-toto.io/Statement/v1","_type":"https://in-toto.io/Statement/v1"}`;
    const opened = openSetDocument(signEnvelope(IN_TOTO_PAYLOAD_TYPE, Buffer.from(twice), signer));
    expect(opened).toMatchObject({
      signature: 'invalid',
      content: null,
      problem: { code: 'FORMAT-INVALID' },
    });
  });

  it('in another spelling than the canonical one is not read', () => {
    const envelope = signDocument(
      { predicateType: 'urn:sallyport:transfer-set:v1' },
      [{ digest: { sha256: '0'.repeat(64) } }],
      {},
      signer,
    );
    const spaced = Buffer.from(JSON.stringify(JSON.parse(Buffer.from(envelope).toString()), null, 1));
    expect(openSetDocument(spaced).problem?.detail).toContain('canonical');
  });

  it('signed by a second key beside the one it names is invalid', () => {
    const subject = [{ digest: { sha256: '0'.repeat(64) } }];
    const predicate = { signer: claimOf(signer) };
    const kind = { predicateType: 'urn:sallyport:transfer-set:v1' };
    const parse = (bytes: Uint8Array) =>
      JSON.parse(Buffer.from(bytes).toString()) as { signatures: unknown[] };
    const own = parse(signDocument(kind, subject, predicate, signer));
    const other = parse(signDocument(kind, subject, predicate, makeSigner('other')));
    const both = { ...own, signatures: [...own.signatures, ...other.signatures] };
    expect(openSetDocument(Buffer.from(JSON.stringify(both))).signature).toBe('invalid');
    const swapped = { ...own, signatures: other.signatures };
    expect(openSetDocument(Buffer.from(JSON.stringify(swapped))).signature).toBe('invalid');
  });
});
