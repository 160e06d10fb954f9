/** Does `model` match one of the globs (`*` any run of characters, `?` one)? Anchored at both ends, linear time. */
export function matchesModel(globs: readonly string[], model: string): boolean {
  return globs.some((glob) => matches(glob, model));
}

function matches(glob: string, text: string): boolean {
  let g = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (glob[g] === '?' || (glob[g] === text[t] && glob[g] !== '*')) {
      g++;
      t++;
    } else if (glob[g] === '*') {
      star = g++;
      resume = t;
    } else if (star >= 0) {
      g = star + 1;
      t = ++resume;
    } else return false;
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}
