import { parse, tokenize } from '@huggingface/jinja';

/** A node of a parsed template: a type name as @huggingface/jinja gives it, and whatever fields that type has. */
export interface TemplateNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A template as it is looked at: a tree, never run. */
export type ParsedTemplate =
  | { readonly tree: TemplateNode }
  /** `statement` when it was a tag that loads another template. */
  | { readonly refused: string; readonly statement?: string };

/** Real chat templates stay under 64 KiB. */
const MAX_CHARACTERS = 512 * 1024;
/** The parser's own pattern for `generation` tags takes time in the square of a run of white space. */
const longSpace = /\s{4096}/;
/**
 * The parser cuts `generation` tags out of the text before it looks at it. Where what stands around such a tag then becomes
 * a bracket, it sees another template than Jinja does.
 */
const joiningTag =
  /\{\s*\{%-?\s*(?:end)?generation\s*-?%\}\s*[{%#]|[%#]\s*\{%-?\s*(?:end)?generation\s*-?%\}\s*\}/;
const loadingStatement = /\{%[-+]?\s*(import|from|include|extends)\b/;

/** Parses a template with the parser of @huggingface/jinja. Whatever it does not take is refused, never guessed. */
export function parseTemplate(text: string): ParsedTemplate {
  if (text.length > MAX_CHARACTERS) return { refused: `it has ${text.length} characters` };
  const statement = loadingStatement.exec(text)?.[1];
  if (statement !== undefined) return { refused: `it has a tag ${statement}`, statement };
  if (longSpace.test(text)) return { refused: 'it has a very long run of white space' };
  if (joiningTag.test(text)) return { refused: 'a generation tag stands inside a bracket' };
  try {
    const tree: unknown = parse(tokenize(text, { lstrip_blocks: true, trim_blocks: true }));
    return isNode(tree) ? { tree } : { refused: 'the parser gives no tree' };
  } catch (error) {
    // The parser throws errors of every class for text it does not take, RangeError for what is nested too deep.
    return { refused: error instanceof Error ? error.message : 'the parser stops' };
  }
}

export function isNode(value: unknown): value is TemplateNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The nodes in a field that holds one, several or none. */
export function nodesIn(value: unknown): TemplateNode[] {
  if (Array.isArray(value)) return value.filter(isNode);
  if (value instanceof Map) return [...value].flat().filter(isNode);
  return isNode(value) ? [value] : [];
}

/** The nodes directly below one. */
export function childrenOf(node: TemplateNode): TemplateNode[] {
  return Object.values(node).flatMap(nodesIn);
}

/** The node and all below it, without recursion: the depth is the attacker's. */
export function* everyNode(root: TemplateNode): Generator<TemplateNode> {
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    open.push(...childrenOf(node));
  }
}

/** The name of an identifier, or null for any other node. */
export function nameOf(node: unknown): string | null {
  return isNode(node) && node.type === 'Identifier' && typeof node['value'] === 'string'
    ? node['value']
    : null;
}

/** The operator of a binary or unary expression. */
export function operatorOf(node: TemplateNode): string {
  const operator = node['operator'];
  return typeof operator === 'object' && operator !== null && 'value' in operator
    ? String(operator.value)
    : '';
}

/** What an expression is when it is a text known beforehand: a literal, or literals put together. Null when it is not. */
export function constantText(node: unknown, depth = 0): string | null {
  if (!isNode(node) || depth > 200) return null;
  if (node.type === 'StringLiteral') return typeof node['value'] === 'string' ? node['value'] : null;
  if (node.type !== 'BinaryExpression' || !['+', '~'].includes(operatorOf(node))) return null;
  const left = constantText(node['left'], depth + 1);
  const right = constantText(node['right'], depth + 1);
  return left === null || right === null ? null : left + right;
}
