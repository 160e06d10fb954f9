/** Words of the subkeys and of the four substitution boxes of Blowfish (Schneier 1993). */
const SUBKEYS = 18;
const BOXES = 4 * 256;

/** The cipher's state while a key is worked into it: subkeys and boxes, 32-bit words. */
export interface BlowfishState {
  readonly subkeys: Int32Array;
  readonly boxes: Int32Array;
}

let initial: BlowfishState | null = null;

/** A fresh state: the digits of pi after the point, which is what the cipher's tables are. */
export function newBlowfish(): BlowfishState {
  initial ??= splitPi();
  return { subkeys: initial.subkeys.slice(), boxes: initial.boxes.slice() };
}

function splitPi(): BlowfishState {
  const hex = piFraction(32 * (SUBKEYS + BOXES));
  const words = Int32Array.from({ length: SUBKEYS + BOXES }, (_, n) => {
    return Number.parseInt(hex.slice(8 * n, 8 * n + 8), 16);
  });
  return { subkeys: words.slice(0, SUBKEYS), boxes: words.slice(SUBKEYS) };
}

/** The first `bits` of pi after the point as hex, by Machin's formula: pi = 16 arctan(1/5) - 4 arctan(1/239). */
function piFraction(bits: number): string {
  const guard = 64;
  const one = 1n << BigInt(bits + guard);
  const pi = 16n * inverseArctan(5n, one) - 4n * inverseArctan(239n, one);
  const fraction = (pi - 3n * one) >> BigInt(guard);
  return fraction.toString(16).padStart(bits / 4, '0');
}

/** arctan(1/x) in units of 1/one. */
function inverseArctan(x: bigint, one: bigint): bigint {
  let power = one / x;
  let sum = power;
  for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
    power /= x * x;
    sum += (sign * power) / n;
  }
  return sum;
}

const noSalt = Int32Array.of(0);

/**
 * Works a key, and a salt where there is one, into the state (Provos and Mazières 1999: ExpandKey). Both are big-endian words
 * and repeat.
 */
export function expandKey(state: BlowfishState, key: Int32Array, salt = noSalt): void {
  const { subkeys, boxes } = state;
  for (let n = 0; n < SUBKEYS; n++) subkeys[n] = (subkeys[n] ?? 0) ^ (key[n % key.length] ?? 0);
  const block = new Int32Array(2);
  let at = 0;
  for (const table of [subkeys, boxes]) {
    for (let n = 0; n < table.length; n += 2) {
      block[0] = (block[0] ?? 0) ^ (salt[at++ % salt.length] ?? 0);
      block[1] = (block[1] ?? 0) ^ (salt[at++ % salt.length] ?? 0);
      encipher(state, block, 0);
      table[n] = block[0];
      table[n + 1] = block[1];
    }
  }
}

/** Enciphers the two words at `at` in place. */
export function encipher({ subkeys, boxes }: BlowfishState, words: Int32Array, at: number): void {
  let left = words[at] ?? 0;
  let right = words[at + 1] ?? 0;
  for (let round = 0; round < SUBKEYS - 2; round++) {
    left ^= subkeys[round] ?? 0;
    const mixed =
      ((((boxes[left >>> 24] ?? 0) + (boxes[256 + ((left >>> 16) & 255)] ?? 0)) ^
        (boxes[512 + ((left >>> 8) & 255)] ?? 0)) +
        (boxes[768 + (left & 255)] ?? 0)) |
      0;
    const swapped = right ^ mixed;
    right = left;
    left = swapped;
  }
  words[at] = right ^ (subkeys[SUBKEYS - 1] ?? 0);
  words[at + 1] = left ^ (subkeys[SUBKEYS - 2] ?? 0);
}
