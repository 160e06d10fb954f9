import { Malformed } from '../malformed.ts';

const RULE = 'sentencepiece.malformed';
const LEAF = 0x8000_0000;

/**
 * The compiled normalisation of a SentencePiece model: the size of a double array, the array (darts-clone, 32 bits a unit), and the
 * replacements as texts that end in NUL. The library follows the array unchecked, so every unit has to lead inside, and every value
 * to a text. Throws Malformed.
 */
export function checkCharsmap(bytes: Uint8Array, offset: number): void {
  if (bytes.length === 0) return;
  const fail = (detail: string): never => {
    throw new Malformed(RULE, detail, { offset });
  };
  if (bytes.length < 8) fail('The normalisation map is too short.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const arrayBytes = view.getUint32(0, true);
  const texts = bytes.subarray(4 + arrayBytes);
  if (arrayBytes === 0 || arrayBytes % 4 !== 0 || texts.length === 0 || texts.at(-1) !== 0) {
    fail('The normalisation map is not split as it says.');
  }
  const count = arrayBytes / 4;
  for (let at = 0; at < count; at++) {
    const unit = view.getUint32(4 + 4 * at, true);
    if (unit >= LEAF) continue;
    const next = (at ^ offsetOf(unit)) >>> 0;
    if ((next | 0xff) >= count) fail(`The normalisation map leads outside at unit ${at}.`);
    if ((unit & 0x100) === 0) continue;
    const value = view.getUint32(4 + 4 * next, true) & 0x7fff_ffff;
    if (value >= texts.length) fail(`The normalisation map has a value that leads outside at unit ${at}.`);
  }
}

/** Where a unit's children lie, relative to it by XOR. */
function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
