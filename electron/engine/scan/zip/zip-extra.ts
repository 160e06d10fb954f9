import type { Cursor } from '../cursor.ts';
import { Malformed } from '../malformed.ts';

/** The extra fields of a header. */
export interface ZipExtra {
  /** Does a field state another name, or encryption? Readers that know it see another member. */
  readonly renames: boolean;
  /**
   * The 64-bit values in place of those that are saturated; where a field states one that is not, it has to be the same.
   * `rest`: bytes of the field that are left. Throws Malformed `zip.zip64`.
   */
  wide(...values: number[]): { readonly sizes: readonly [number, number, number]; readonly rest: number };
}

const ZIP64 = 0x0001;
/** Unicode path and comment (Info-ZIP), strong and AES encryption. */
const RENAMING: readonly number[] = [0x7075, 0x6375, 0x0017, 0x9901];
const SATURATED = 0xffff_ffff;

/** Reads extra fields (APPNOTE 4.5): id, length, content, and nothing left over. */
export function readExtra(cursor: Cursor, length: number): ZipExtra {
  const end = cursor.offset + length;
  let wideStart: number | undefined;
  let wideValues: number[] = [];
  let wideRest = 0;
  let renames = false;
  while (cursor.offset < end) {
    const [id, fieldBytes] = [cursor.u16le(), cursor.u16le()];
    const start = cursor.offset;
    if (start + fieldBytes > end) cursor.fail('An extra field is longer than all of them.', start);
    renames ||= RENAMING.includes(id);
    if (id === ZIP64) {
      if (wideStart !== undefined)
        throw new Malformed('zip.zip64', 'An entry has two sets of sizes.', { offset: start });
      wideStart = start;
      wideValues = Array.from({ length: Math.min(3, fieldBytes >> 3) }, () => cursor.size64le());
      wideRest = fieldBytes - 8 * wideValues.length;
    }
    cursor.seek(start + fieldBytes);
  }
  if (cursor.offset !== end) cursor.fail('Extra fields end in the middle.');
  return {
    renames,
    wide(...values) {
      const sizes = widened(values, wideValues, wideStart);
      return { sizes, rest: wideRest };
    },
  };
}

/** Only the saturated values are in the field; some writers put all of them there. */
function widened(
  values: readonly number[],
  wide: readonly number[],
  offset = 0,
): readonly [number, number, number] {
  const saturated = values.filter((value) => value === SATURATED).length;
  const all = wide.length > saturated;
  let next = 0;
  const [one = 0, two = 0, three = 0] = values.map((value) => {
    if (value !== SATURATED && (!all || next >= wide.length)) return value;
    const long = wide[next++];
    if (long === undefined || (value !== SATURATED && value !== long)) {
      throw new Malformed('zip.zip64', 'The 64-bit sizes of an entry are not those of the short ones.', {
        offset,
      });
    }
    return long;
  });
  if (next !== wide.length) throw new Malformed('zip.zip64', 'An entry has sizes left over.', { offset });
  return [one, two, three];
}
