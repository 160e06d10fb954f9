import type { Command } from 'commander';
import type {
  PlacedTensor,
  TensorChange,
  TensorComparison,
  TextDifference,
} from '#shared/contract/comparison.ts';
import type { ReleaseRef } from '#shared/contract/basics.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { parseRelease } from '../arguments.ts';
import type { Act } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { table } from '../terminal.ts';

const PAGE = 1000;
/** Tensors and lines for a person; `--json` has them all. */
const SHOWN_TENSORS = 60;
const SHOWN_LINES = 80;

/** `diff`: what changed between two releases, by file, by tensor, and in small texts line by line. */
export function compareCommands(program: Command, act: Act): void {
  const diff = program
    .command('diff')
    .description('what changed between two releases')
    .argument('<before>', 'MODEL@VERSION')
    .argument('<after>', 'MODEL@VERSION');
  act(diff, async (invocation, [first = '', second = '']) => {
    const sides = { before: parseRelease(first), after: parseRelease(second) };
    const result = await invocation.call('releases.diff', sides);
    const tensors = await allChanges(invocation, sides);
    const texts = await invocation.call('releases.compareTexts', sides);
    const changed = result.files.filter((file) => file.change !== 'identical');
    return {
      json: { ...result, tensors, texts },
      text: [
        ...table(changed.map((file) => [file.change, toVisibleText(file.path)])),
        `${result.files.length - changed.length} identical, ${formatBytes(result.newBytes)} new`,
        ...describeTensors(tensors),
        ...texts.flatMap(describeText),
      ],
    };
  });
}

/** Every tensor that is not identical, whatever the number. */
async function allChanges(
  invocation: Invocation,
  sides: { before: ReleaseRef; after: ReleaseRef },
): Promise<TensorComparison> {
  const wanted = {
    ...sides,
    changes: ['changed' as const, 'retyped' as const, 'moved' as const, 'added' as const, 'removed' as const],
    limit: PAGE,
  };
  let page = await invocation.call('releases.compareTensors', wanted);
  const changes = [...page.changes];
  while (changes.length < page.total && page.changes.length > 0) {
    page = await invocation.call('releases.compareTensors', { ...wanted, offset: changes.length });
    changes.push(...page.changes);
  }
  return { ...page, changes };
}

function describeTensors({ counts, changes, unknown }: TensorComparison): string[] {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const words = Object.entries(counts).flatMap(([change, count]) =>
    count > 0 ? [`${count} ${change}`] : [],
  );
  const rest = changes.length - SHOWN_TENSORS;
  return [
    ...(all === 0 ? [] : [`of ${all} tensors ${words.join(', ')}`]),
    ...table(changes.slice(0, SHOWN_TENSORS).map(describeChange)),
    ...(rest > 0 ? [`  and ${rest} more (--json lists them)`] : []),
    ...unknown.map(({ side, path }) => `  not known by tensor (${side}): ${toVisibleText(path)}`),
  ];
}

function describeChange({ name, change, before, after }: TensorChange): string[] {
  return [
    `  ${change}`,
    toVisibleText(name),
    [before, after]
      .filter((tensor) => tensor !== null)
      .map(describeTensor)
      .join(' -> '),
  ];
}

function describeTensor({ dtype, shape, path, statistics }: PlacedTensor): string {
  const figures =
    statistics === null
      ? ''
      : ` mean ${figure(statistics.mean)} norm ${figure(statistics.norm)}${strange(statistics)}`;
  return toVisibleText(`${dtype}[${shape.join(',')}] in ${path}${figures}`);
}

function figure(value: number | null): string {
  return value === null ? '-' : value.toPrecision(4);
}

function strange({ nan, inf }: { nan: number; inf: number }): string {
  return nan + inf === 0 ? '' : `, ${nan} NaN, ${inf} infinite`;
}

const signs = { same: ' ', added: '+', removed: '-' } as const;

function describeText({ path, subject, change, lines, isCut }: TextDifference): string[] {
  const name = subject === null ? path : `${path}: ${subject}`;
  const shown = lines.slice(0, SHOWN_LINES);
  return [
    `${change} text  ${toVisibleText(name)}`,
    ...shown.map(({ kind, text }) => `  ${signs[kind]} ${toVisibleText(text)}`),
    ...(isCut || shown.length < lines.length ? ['  … (there is more)'] : []),
  ];
}
