import { refusedLink } from '../walk.ts';
import { type Layout, settle } from './layout.ts';
import type { SourceTree, TreeListing } from './source-tree.ts';

/** A folder or tar whose files are the release's files. Links mean nothing here, and are refused. */
export function plainLayout(tree: SourceTree, { files, links, problems }: TreeListing): Layout {
  return settle({
    kind: 'folder',
    title: `${tree.noun} ${tree.label}`,
    facts: [],
    files: files.map(({ path, sizeBytes }) => ({ path, sizeBytes, stated: null, tree, treePath: path })),
    problems: [...problems, ...links.map(refusedLink)],
    layers: [],
    notes: new Map(),
    isContentAddressed: false,
  });
}
