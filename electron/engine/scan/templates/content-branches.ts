import {
  constantText,
  everyNode,
  isNode,
  nameOf,
  nodesIn,
  operatorOf,
  type TemplateNode,
} from './template-tree.ts';

/**
 * The texts whose presence in a message decides what a template writes. A template can carry a trigger like this that no test of
 * the weights finds. What models themselves write to mark parts of a message (`<think>`, `[/INST]`, `/no_think`, no text at
 * all) is not named.
 */
export function findContentBranches(tree: TemplateNode): string[] {
  const contents = contentVariables(tree);
  const found = new Set<string>();
  for (const node of everyNode(tree)) {
    if (node.type !== 'If' && node.type !== 'Ternary' && node.type !== 'SelectExpression') continue;
    for (const test of nodesIn(node['test'] ?? node['condition'])) {
      for (const each of everyNode(test)) {
        const literal = comparedLiteral(each, contents);
        if (literal !== null && !isMarker(literal)) found.add(literal);
      }
    }
  }
  return [...found];
}

/** Names that stand for what a message says. */
function contentVariables(tree: TemplateNode): ReadonlySet<string> {
  const names = new Set(['content']);
  // Twice, so that a variable set from a variable is found wherever it stands.
  for (let round = 0; round < 2; round++) {
    for (const node of everyNode(tree)) {
      const assigned = node.type === 'Set' ? nameOf(node['assignee']) : null;
      if (assigned !== null && isContent(node['value'], names)) names.add(assigned);
    }
  }
  return names;
}

function isContent(node: unknown, names: ReadonlySet<string>): boolean {
  if (!isNode(node)) return false;
  const name = nameOf(node);
  if (name !== null) return names.has(name);
  if (node.type === 'MemberExpression') {
    const property = constantText(node['property']) ?? nameOf(node['property']);
    return property === 'content' || property === 'text' || isContent(node['object'], names);
  }
  if (node.type === 'CallExpression') return isContent(node['callee'], names);
  if (node.type === 'FilterExpression') {
    const { filter } = node;
    const filterName = nameOf(isNode(filter) && filter.type === 'CallExpression' ? filter['callee'] : filter);
    return filterName !== 'length' && filterName !== 'count' && isContent(node['operand'], names);
  }
  return false;
}

function comparedLiteral(node: TemplateNode, contents: ReadonlySet<string>): string | null {
  if (node.type === 'BinaryExpression' && ['==', '!=', 'in', 'not in'].includes(operatorOf(node))) {
    const left = constantText(node['left']);
    const right = constantText(node['right']);
    if (left !== null && isContent(node['right'], contents)) return left;
    if (right !== null && isContent(node['left'], contents)) return right;
    return null;
  }
  if (node.type !== 'CallExpression') return null;
  const { callee } = node;
  if (!isNode(callee) || callee.type !== 'MemberExpression' || !isContent(callee['object'], contents))
    return null;
  const method = nameOf(callee['property']) ?? '';
  if (!['startswith', 'endswith', 'find', 'index', 'count', '__contains__'].includes(method)) return null;
  return (
    nodesIn(node['args'])
      .map((each) => constantText(each))
      .find((text) => text !== null) ?? null
  );
}

/** Brackets around a word, a slash command, or nothing that is a word. */
function isMarker(literal: string): boolean {
  const text = literal.trim();
  return /^[<[{(|/#@]/.test(text) || /[>\]}|]$/.test(text) || !/\p{L}{2}/u.test(text);
}
