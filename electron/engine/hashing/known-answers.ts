import type { HashAlgorithm } from '#shared/contract/system.ts';
import type { HashBackend } from './hasher.ts';

/** A published test vector. */
export interface KnownAnswer {
  readonly message: () => Uint8Array;
  readonly hex: string;
}

const text = (message: string) => () => new TextEncoder().encode(message);
const empty = text('');
const abc = text('abc');
const millionA = () => new Uint8Array(1_000_000).fill(0x61);
const counting = (length: number) => () => Uint8Array.from({ length }, (_, n) => n);
/** The input of the BLAKE3 project's test_vectors.json: 0, 1, … 250, 0, 1, … */
const modulo251 = (length: number) => () => Uint8Array.from({ length }, (_, n) => n % 251);
/** The input of xxHash's sanity test: the top byte of a 64-bit product that starts at PRIME32_1. */
const xxhashSanity = (length: number) => () => {
  let product = 2_654_435_761n;
  return Uint8Array.from({ length }, () => {
    const byte = Number(product >> 56n);
    product = BigInt.asUintN(64, product * 11_400_714_785_074_694_797n);
    return byte;
  });
};

/**
 * Known answers: FIPS 180-4 examples (SHA-2), RFC 7693 and the BLAKE2 reference vectors, BLAKE3's test_vectors.json,
 * xxHash's sanity test vectors with seed 0. Each list has the empty message and one over several blocks.
 */
export const knownAnswers: Record<HashAlgorithm, readonly KnownAnswer[]> = {
  sha256: [
    { message: empty, hex: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
    { message: abc, hex: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
    {
      message: text('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'),
      hex: '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    },
    { message: millionA, hex: 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0' },
  ],
  sha384: [
    {
      message: empty,
      hex: '38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b',
    },
    {
      message: abc,
      hex: 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    },
    {
      message: millionA,
      hex: '9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985',
    },
  ],
  sha512: [
    {
      message: empty,
      hex: 'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
    },
    {
      message: abc,
      hex: 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    },
    {
      message: millionA,
      hex: 'e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b',
    },
  ],
  'blake2b-512': [
    {
      message: empty,
      hex: '786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce',
    },
    {
      message: abc,
      hex: 'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
    },
    {
      message: counting(255),
      hex: '5b21c5fd8868367612474fa2e70e9cfa2201ffeee8fafab5797ad58fefa17c9b5b107da4a3db6320baaf2c8617d5a51df914ae88da3867c2d41f0cc14fa67928',
    },
  ],
  blake3: [
    {
      message: modulo251(0),
      hex: 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
    },
    {
      message: modulo251(1024),
      hex: '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7',
    },
    {
      message: modulo251(1025),
      hex: 'd00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444',
    },
    {
      message: modulo251(102_400),
      hex: 'bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085',
    },
  ],
  xxh3: [
    { message: xxhashSanity(0), hex: '2d06800538d394c2' },
    { message: xxhashSanity(1), hex: 'c44bdff4074eecdb' },
    { message: xxhashSanity(403), hex: 'cdeb804d65c6dea4' },
    { message: xxhashSanity(2048), hex: 'dd59e2c3a5f038e0' },
    { message: xxhashSanity(2240), hex: '6e73a90539cf2948' },
  ],
};

/** Uneven pieces, so that block borders fall inside them. */
const PIECE_BYTES = 977;

/**
 * Does the backend give every known answer, fed whole and in uneven pieces? Anything it throws counts as wrong.
 * null: the backend does not offer the algorithm.
 */
export async function givesKnownAnswers(
  backend: HashBackend,
  algorithm: HashAlgorithm,
): Promise<boolean | null> {
  for (const { message, hex } of knownAnswers[algorithm]) {
    try {
      const bytes = message();
      const whole = await backend.create(algorithm);
      const pieces = await backend.create(algorithm);
      if (whole === null || pieces === null) return null;
      whole.update(bytes);
      const piecewise = Math.min(bytes.length, 100 * PIECE_BYTES);
      for (let at = 0; at < piecewise; at += PIECE_BYTES) {
        pieces.update(bytes.subarray(at, Math.min(at + PIECE_BYTES, piecewise)));
      }
      pieces.update(bytes.subarray(piecewise));
      if (whole.hex() !== hex || pieces.hex() !== hex) return false;
    } catch {
      return false;
    }
  }
  return true;
}
