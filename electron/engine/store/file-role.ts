import type { FileRole } from '#shared/contract/releases.ts';

const byExtension: readonly (readonly [FileRole, RegExp])[] = [
  ['provenance', /\.intoto\.jsonl?$/i],
  [
    'config',
    /(?:\.(?:json|jsonl|ya?ml|toml|ini|cfg|model|vocab|merges|tiktoken)|(?:^|\/)(?:vocab|merges)\.txt)$/i,
  ],
  [
    'doc',
    /(?:\.(?:md|rst|txt|pdf|html?|png|jpe?g|svg|sig|minisig|asc)|(?:^|\/)(?:LICEN[CS]E|NOTICE|README|SHA256SUMS)[^/]*)$/i,
  ],
  ['code', /\.(?:py|pyc|ipynb|sh|js|c|cc|cpp|cu|h|so|dll|dylib|jinja2?)$/i],
  ['dataset', /\.(?:csv|tsv|parquet|arrow)$/i],
];

/** A label for the manifest by the file's name. It decides nothing about safety; whatever has no better label is a weight. */
export function roleOfPath(path: string): FileRole {
  return byExtension.find(([, pattern]) => pattern.test(path))?.[0] ?? 'weight';
}
