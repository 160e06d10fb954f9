import type { FindingGroup, Hits, PlacedFinding } from './finding-groups.ts';

/** A line of the list of findings. Flat, so that only those in view have to be in the page. */
export type FindingRow =
  | { readonly kind: 'group'; readonly key: string; readonly group: FindingGroup; readonly isOpen: boolean }
  | { readonly kind: 'why'; readonly key: string; readonly rule: string }
  | { readonly kind: 'hits'; readonly key: string; readonly hits: Hits }
  | { readonly kind: 'finding'; readonly key: string; readonly finding: PlacedFinding };

/** Which groups a person opened or closed, by name; the others stand as they do at first. */
export type OpenGroups = ReadonlyMap<string, boolean>;

/** What blocks, waits for a look or was waived stands open; what is only said opens on request. */
export function isOpenGroup({ name, effect }: FindingGroup, chosen: OpenGroups): boolean {
  return chosen.get(name) ?? effect !== 'note';
}

/** The lines of the groups, one below the other: a group's head and, where it is open, its hits with their findings. */
export function findingRows(
  groups: readonly FindingGroup[],
  by: 'rule' | 'path',
  chosen: OpenGroups,
): FindingRow[] {
  return groups.flatMap((group): FindingRow[] => {
    const isOpen = isOpenGroup(group, chosen);
    const head: FindingRow = { kind: 'group', key: `group ${group.name}`, group, isOpen };
    if (!isOpen) return [head];
    const why: FindingRow[] =
      by === 'rule' ? [{ kind: 'why', key: `why ${group.name}`, rule: group.name }] : [];
    return [head, ...why, ...group.hits.flatMap((hits) => hitRows(hits, by))];
  });
}

function hitRows(hits: Hits, by: 'rule' | 'path'): FindingRow[] {
  const name = JSON.stringify([hits.rule, hits.path, hits.effect, hits.waiver]);
  return [
    { kind: 'hits', key: `hits ${name}`, hits },
    ...(by === 'path' ? [{ kind: 'why' as const, key: `why ${name}`, rule: hits.rule }] : []),
    ...hits.findings.map((finding, index) => {
      return { kind: 'finding' as const, key: `finding ${index} ${name}`, finding };
    }),
  ];
}
