import type { ScanRule } from '#shared/contract/scan.ts';

/** Rules of one subject, keyed by id. */
export type RuleTable = Readonly<Record<string, Omit<ScanRule, 'id'>>>;
