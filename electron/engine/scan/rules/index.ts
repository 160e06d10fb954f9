import type { ScanRule } from '#shared/contract/scan.ts';
import { acrossRules } from './across.ts';
import { archiveRules } from './archives.ts';
import { configRules } from './config.ts';
import { graphRules } from './graphs.ts';
import { otherModelRules } from './other-models.ts';
import { otherRules } from './others.ts';
import { templateRules } from './templates.ts';
import { folderRules } from './folder.ts';
import { generalRules } from './general.ts';
import { ggufRules } from './gguf.ts';
import { numpyRules } from './numpy.ts';
import { pickleRules } from './pickle.ts';
import type { RuleTable } from './rule-table.ts';
import { safetensorsRules } from './safetensors.ts';
import { tensorflowRules } from './tensorflow.ts';
import { torchRules } from './torch.ts';
import { yamlRules } from './yaml.ts';
import { zipRules } from './zip.ts';

const tables: readonly RuleTable[] = [
  generalRules,
  acrossRules,
  configRules,
  graphRules,
  otherModelRules,
  otherRules,
  templateRules,
  folderRules,
  ggufRules,
  safetensorsRules,
  archiveRules,
  numpyRules,
  pickleRules,
  tensorflowRules,
  torchRules,
  yamlRules,
  zipRules,
];

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
