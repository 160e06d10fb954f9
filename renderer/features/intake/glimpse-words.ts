import type { Recognised } from '#shared/contract/transfers.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { listNumbers } from '#renderer/lib/set-checks.ts';

type SetVolume = Recognised['sets'][number];

/** One thing that lies at a place: what it is, and its numbers. */
export interface GlimpseLine {
  readonly what: string;
  readonly facts: string;
}

/** More lines would push the other places out of sight. */
const LINES = 4;

/**
 * What lies at a place, a line for each set and each model folder, the largest first, and one for the rest. `everywhere`:
 * volumes of sets at all places that are listed, to tell how much of a set is here.
 */
export function glimpseLines(found: Recognised, everywhere: readonly SetVolume[]): GlimpseLine[] {
  const { kind, title, models, unknown, fileCount, sizeBytes } = found;
  const sets = [...new Set(found.sets.map(({ setId }) => setId))].map((setId) =>
    setLine(
      found.sets.filter((volume) => volume.setId === setId),
      everywhere.filter((volume) => volume.setId === setId),
    ),
  );
  const folders = models.map((model) => ({
    what: `model folder ${model.path}`,
    facts: describeAmount(model),
  }));
  const whole = kind === 'unknown' || kind === 'transfer-set' || models.length > 0;
  const own = whole ? [] : [{ what: title, facts: describeAmount({ fileCount, sizeBytes }) }];
  const named = [...sets, ...folders, ...own];
  const shown = named.slice(0, LINES);
  const more = named.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [{ what: `${more} more`, facts: '' }] : []),
    ...unknownLine(unknown, named.length === 0),
  ];
}

function setLine(here: readonly SetVolume[], everywhere: readonly SetVolume[]): GlimpseLine {
  const [first] = here;
  if (first === undefined) return { what: '', facts: '' };
  const { setId, volumes, releases, isDelta } = first;
  const numbersOf = (list: readonly SetVolume[]) => [...new Set(list.map(({ volume }) => volume))];
  const present = numbersOf([...here, ...everywhere]).length;
  const own = numbersOf(here);
  const which = `volume${own.length === 1 ? '' : 's'} ${listNumbers(own)} of ${volumes}`;
  const share = present === volumes ? 'all of them here' : `${present} of them here`;
  const elsewhere =
    own.length === volumes ? '' : present === own.length ? ', the others not here' : `, ${share}`;
  const names = releases.map(({ model, version }) => `${model} ${version}`).join(', ');
  return {
    what: `${isDelta ? 'delta' : 'transfer'} set ${setId.slice(0, 8)}: ${names}`,
    facts: `${which}${elsewhere}`,
  };
}

function unknownLine(unknown: Recognised['unknown'], isAll: boolean): GlimpseLine[] {
  if (unknown.fileCount === 0) return isAll ? [{ what: 'nothing recognised', facts: 'no files' }] : [];
  const what = isAll ? 'nothing recognised' : 'not recognised';
  return [{ what, facts: describeAmount(unknown) }];
}

function describeAmount({ fileCount, sizeBytes }: Recognised['unknown']): string {
  return `${formatNoun(fileCount, 'file')}, ${formatBytes(sizeBytes)}`;
}
