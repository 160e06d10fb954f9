import { describe, expect, it } from 'vitest';
import {
  isUsablePublicKey,
  newSeed,
  publicKeyOf,
  signEd25519,
  verifyEd25519,
  verifyEd25519OverMuch,
} from '#engine/trust/ed25519.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const message = new TextEncoder().encode('sallyport');
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Encodings of the eight points of small order, and their non-canonical spellings (y >= p, or a needless sign). */
const weakPoints = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  '0100000000000000000000000000000000000000000000000000000000000080',
];

function littleEndian(value: bigint): Uint8Array {
  return hex(value.toString(16).padStart(64, '0')).reverse();
}

describe('Ed25519', () => {
  it('agrees with RFC 8032, section 7.1, test 3', () => {
    const seed = hex('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7');
    const key = hex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025');
    const signature = hex(
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    );
    expect(publicKeyOf(seed)).toEqual(key);
    expect(signEd25519(seed, hex('af82'))).toEqual(signature);
    expect(verifyEd25519(signature, hex('af82'), key)).toBe(true);
  });

  it('refuses another message, another key, and wrong lengths', () => {
    const seed = newSeed();
    const key = publicKeyOf(seed);
    const signature = signEd25519(seed, message);
    expect(verifyEd25519(signature, message, key)).toBe(true);
    expect(verifyEd25519(signature, new Uint8Array(0), key)).toBe(false);
    expect(verifyEd25519(signature, message, publicKeyOf(newSeed()))).toBe(false);
    expect(verifyEd25519(signature.subarray(0, 63), message, key)).toBe(false);
    expect(verifyEd25519(signature, message, key.subarray(0, 31))).toBe(false);
    expect(verifyEd25519(new Uint8Array(0), message, key)).toBe(false);
  });

  it('refuses S that is not below the group order, though the equation holds', () => {
    const seed = newSeed();
    const signature = signEd25519(seed, message);
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`);
    const malleable = new Uint8Array(signature);
    malleable.set(littleEndian(s + ORDER), 32);
    expect(verifyEd25519(malleable, message, publicKeyOf(seed))).toBe(false);
  });

  it.each(weakPoints)('refuses the key %s, for which signatures can be made up', (point) => {
    // With A of small order, R = identity and S = 0 satisfy the equation for one message in a few.
    const forged = new Uint8Array(64);
    forged[0] = 1;
    expect(isUsablePublicKey(hex(point))).toBe(false);
    for (let n = 0; n < 20; n++) expect(verifyEd25519(forged, Uint8Array.of(n), hex(point))).toBe(false);
  });

  it.each(weakPoints)('refuses a signature whose R is %s', (point) => {
    const seed = newSeed();
    const signature = new Uint8Array(signEd25519(seed, message));
    signature.set(hex(point));
    expect(verifyEd25519(signature, message, publicKeyOf(seed))).toBe(false);
  });

  it('checks large messages on another thread with the same outcome', async () => {
    const seed = newSeed();
    const large = new Uint8Array(1024 * 1024).fill(7);
    const signature = signEd25519(seed, large);
    expect(await verifyEd25519OverMuch(signature, large, publicKeyOf(seed))).toBe(true);
    large[500_000] = 8;
    expect(await verifyEd25519OverMuch(signature, large, publicKeyOf(seed))).toBe(false);
    expect(await verifyEd25519OverMuch(signature, large, hex(weakPoints[0] ?? ''))).toBe(false);
  });
});
