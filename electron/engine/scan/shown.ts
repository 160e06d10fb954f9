import { toVisibleText } from '#shared/format/visible-text.ts';

const MAX_SHOWN = 200;

/** Text from a file as it may stand in a finding: control and bidi characters made visible, cut to a bearable length. */
export function shown(text: string): string {
  const visible = toVisibleText(text.slice(0, MAX_SHOWN));
  return text.length > MAX_SHOWN ? `${visible}… (${text.length} characters)` : visible;
}
