import type { ScanRule } from '#shared/contract/scan.ts';
import { folderRules } from './folder.ts';
import { generalRules } from './general.ts';
import { ggufRules } from './gguf.ts';
import type { RuleTable } from './rule-table.ts';
import { safetensorsRules } from './safetensors.ts';

const tables: readonly RuleTable[] = [generalRules, folderRules, ggufRules, safetensorsRules];

/** Every rule there is, by id. */
export const scanRules: ReadonlyMap<string, ScanRule> = new Map(
  tables.flatMap((table) => Object.entries(table)).map(([id, rule]) => [id, { id, ...rule }]),
);

/** The rule of an id; a finding of a rule that is not in the table is a defect. */
export function ruleOf(id: string): ScanRule {
  const rule = scanRules.get(id);
  if (rule === undefined) throw new Error(`There is no scan rule ${id}.`);
  return rule;
}
