import type { Anchor } from '#shared/contract/trust.ts';
import { shortenMiddle } from '#shared/format/digest.ts';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import { kindWords } from './anchor-words.ts';

/** What kind of key or identity it is. */
export const kindColumn: Column<Pick<Anchor, 'kind'>> = {
  id: 'kind',
  header: 'Kind',
  width: '112px',
  keepFrom: 'middle',
  compare: compareBy((anchor) => anchor.kind),
  cell: (anchor) => kindWords[anchor.kind],
};

/** Its fingerprint, cut in the middle; the whole is its title. */
export const fingerprintColumn: Column<Pick<Anchor, 'fingerprint'>> = {
  id: 'fingerprint',
  header: 'Fingerprint',
  width: '180px',
  keepFrom: 'wide',
  cell: (anchor) => <code title={anchor.fingerprint}>{shortenMiddle(anchor.fingerprint, 15, 6)}</code>,
};
