/** A piece of a name; what is not kept may be cut where there is no room. */
export interface NamePart {
  readonly part: string;
  readonly isKept: boolean;
}

/** A shorter name is cut at its end, if at all. */
const SHORT_LENGTH = 24;
/** This much of a longer one's end stays. */
const TAIL_LENGTH = 14;
/** A segment and its number, as in `model.layers.12.mlp.weight`. */
const numbered = /(?<=^|\.)[^.]{1,16}\.\d{1,6}(?=\.)/u;

/**
 * A name in pieces that give the whole when joined. Tensors of one model differ by the layer's number and by their ends, and files
 * by their ends, so these are kept.
 */
export function splitName(name: string): NamePart[] {
  const letters = [...name];
  if (letters.length <= SHORT_LENGTH) return name === '' ? [] : [{ part: name, isKept: false }];
  const tail = letters.slice(-TAIL_LENGTH).join('');
  const rest = letters.slice(0, -TAIL_LENGTH).join('');
  const found = numbered.exec(`${rest}.`);
  const parts: NamePart[] =
    found === null
      ? [{ part: rest, isKept: false }]
      : [
          { part: rest.slice(0, found.index), isKept: false },
          { part: found[0], isKept: true },
          { part: rest.slice(found.index + found[0].length), isKept: false },
        ];
  return [...parts, { part: tail, isKept: true }].filter(({ part }) => part !== '');
}
