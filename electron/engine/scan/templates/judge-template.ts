import type { ScanContext } from '../format-scanner.ts';
import { findContentBranches } from './content-branches.ts';
import {
  constantText,
  everyNode,
  isNode,
  nameOf,
  nodesIn,
  operatorOf,
  parseTemplate,
  type TemplateNode,
} from './template-tree.ts';
import {
  attributeFilters,
  deniedAttributes,
  deniedNames,
  dunder,
  jinjaGlobals,
  knownFilters,
  knownFunctions,
} from './template-words.ts';

/**
 * Looks at a chat template without running it: an allow list of what such templates are made of. `name` says where it stands
 * (CVE-2024-34359, CVE-2026-5760).
 */
export function judgeTemplate(name: string, text: string, context: ScanContext): void {
  const parsed = parseTemplate(text);
  if ('refused' in parsed) {
    const rule = parsed.statement === undefined ? 'template.unparsed' : 'template.loads-others';
    context.find(rule, `The template was not taken: ${parsed.refused}.`, { subject: name });
    return;
  }
  const judge = new TemplateJudge(name, parsed.tree, context);
  judge.run();
}

class TemplateJudge {
  readonly #name: string;
  readonly #tree: TemplateNode;
  readonly #context: ScanContext;
  /** Macros, set variables, loop variables and parameters. */
  readonly #local = new Set<string>();
  /** Variables that hold a text the template puts together. */
  readonly #built = new Set<string>();
  readonly #said = new Set<string>();

  constructor(name: string, tree: TemplateNode, context: ScanContext) {
    this.#name = name;
    this.#tree = tree;
    this.#context = context;
  }

  run(): void {
    for (const node of everyNode(this.#tree)) this.#declare(node);
    const labels = labelsOf(this.#tree);
    for (const node of everyNode(this.#tree)) {
      this.#context.budget.step();
      this.#look(node, labels);
    }
    for (const literal of findContentBranches(this.#tree)) {
      this.#find(
        'template.content-branch',
        `What it writes depends on whether a message has the text ${quoted(literal)}.`,
      );
    }
  }

  #declare(node: TemplateNode): void {
    if (node.type === 'Macro') {
      this.#add(node['name']);
      for (const parameter of nodesIn(node['args'])) this.#add(parameter['key'] ?? parameter);
    }
    if (node.type === 'For') for (const each of everyIdentifier(node['loopvar'])) this.#local.add(each);
    if (node.type === 'CallStatement') for (const each of nodesIn(node['callerArgs'])) this.#add(each);
    if (node.type !== 'Set') return;
    this.#add(node['assignee']);
    const assigned = nameOf(node['assignee']);
    if (assigned !== null && (isBuilt(node['value']) || nodesIn(node['body']).length > 0))
      this.#built.add(assigned);
  }

  #add(node: unknown): void {
    for (const each of everyIdentifier(node)) this.#local.add(each);
  }

  #look(node: TemplateNode, labels: ReadonlySet<TemplateNode>): void {
    if (labels.has(node)) return;
    switch (node.type) {
      case 'StringLiteral':
        return this.#lookAtText(constantText(node) ?? '');
      case 'BinaryExpression':
        this.#lookAtText(constantText(node) ?? '');
        return this.#lookForUnderscores(node);
      case 'Identifier':
        return this.#lookAtName(nameOf(node) ?? '');
      case 'MemberExpression':
        return this.#lookAtMember(node);
      case 'CallExpression':
        return this.#lookAtCall(node);
      case 'FilterExpression':
      case 'FilterStatement':
        return this.#lookAtFilter(node);
      default:
    }
  }

  #lookAtText(text: string): void {
    const name = dunder.exec(text)?.[0];
    if (name !== undefined) this.#find('template.reaches-python', `A text names ${quoted(name)}.`);
    else if (/^__\w*$|^\w+__$/.test(text)) {
      this.#find('template.computed-name', `A text is a piece of a hidden name: ${quoted(text)}.`);
    }
  }

  /** Underscores on their own that are put together with something. */
  #lookForUnderscores(node: TemplateNode): void {
    const sides = [node['left'], node['right']].map((side) => constantText(side));
    if (
      ['+', '~', '*', '%'].includes(operatorOf(node)) &&
      sides.some((side) => side !== null && /^_+$/.test(side))
    ) {
      this.#find('template.reaches-python', 'Underscores are put together with a text.');
    }
  }

  #lookAtName(name: string): void {
    const denied = jinjaGlobals.has(name) || (deniedNames.has(name) && !this.#local.has(name));
    if (name.startsWith('__') || denied) {
      this.#find('template.reaches-python', `It uses ${quoted(name)}.`);
    }
  }

  #lookAtMember(node: TemplateNode): void {
    const property = node['property'];
    const name = node['computed'] === true ? constantText(property) : nameOf(property);
    if (name !== null) return this.#lookAtAttribute(name);
    const variable = nameOf(property);
    if (isBuilt(property) || (variable !== null && this.#built.has(variable))) {
      this.#find('template.computed-name', 'It looks something up under a name that it puts together.');
    }
  }

  #lookAtAttribute(name: string): void {
    for (const part of name.split('.')) {
      if (part.startsWith('_') || deniedAttributes.has(part)) {
        this.#find('template.reaches-python', `It asks for ${quoted(part)}.`);
      }
    }
  }

  #lookAtCall(node: TemplateNode): void {
    const { callee } = node;
    const name = nameOf(callee);
    if (name !== null && !this.#local.has(name) && !knownFunctions.has(name) && !deniedNames.has(name)) {
      this.#find('template.unknown-function', `It calls ${quoted(name)}.`);
    }
    if (!isNode(callee)) return;
    if (callee.type === 'CallExpression')
      this.#find('template.unknown-function', 'It calls what a call gives.');
    if (callee.type !== 'MemberExpression') return;
    if (callee['computed'] === true) {
      this.#find('template.unknown-function', 'It calls something that it looks up in brackets.');
    } else if (nameOf(callee['property']) === 'format') this.#lookAtFormat(callee['object']);
  }

  /** `'{0.__class__}'.format(x)` reads attributes. */
  #lookAtFormat(receiver: unknown): void {
    const text = constantText(receiver);
    if (text === null || /\{[^}]*[.[!]/.test(text)) {
      this.#find('template.computed-name', 'It formats a text that can ask for attributes.');
    }
  }

  #lookAtFilter({ filter, operand }: TemplateNode): void {
    const called = isNode(filter) && filter.type === 'CallExpression';
    const name = nameOf(called ? filter['callee'] : filter) ?? '';
    if (name === 'attr') return this.#find('template.reaches-python', 'It uses the filter attr.');
    if (!knownFilters.has(name))
      this.#find('template.unknown-function', `It uses the filter ${quoted(name)}.`);
    const callArguments = called ? nodesIn(filter['args']) : [];
    if (attributeFilters.has(name)) this.#lookAtFilterArguments(name, callArguments);
    const pieces = [...nodesIn(operand), ...callArguments].flatMap((each) => [...everyNode(each)]);
    if (
      ['join', 'format', 'reverse'].includes(name) &&
      pieces.some((each) => /^_+$/.test(constantText(each) ?? ''))
    ) {
      this.#find('template.reaches-python', `Underscores are put together by the filter ${name}.`);
    }
  }

  #lookAtFilterArguments(name: string, callArguments: readonly TemplateNode[]): void {
    const named = callArguments.filter(({ type }) => type === 'KeywordArgumentExpression');
    const positional = callArguments.filter(({ type }) => type !== 'KeywordArgumentExpression');
    const attributes = named.filter(({ key }) => nameOf(key) === 'attribute').map(({ value }) => value);
    if (name !== 'join') attributes.push(...positional.slice(0, name === 'sort' ? 0 : 1));
    for (const attribute of attributes) {
      const text = constantText(attribute);
      if (text === 'attr' && name === 'map')
        this.#find('template.reaches-python', 'It uses the filter attr.');
      else if (text !== null) this.#lookAtAttribute(text);
      else if (isNode(attribute) && attribute.type !== 'IntegerLiteral') {
        this.#find('template.computed-name', `The filter ${name} is told what to look up by a variable.`);
      }
    }
  }

  #find(rule: string, detail: string): void {
    if (this.#said.has(rule + detail)) return;
    this.#said.add(rule + detail);
    this.#context.find(rule, detail, { subject: this.#name });
  }
}

/** Is it a text put together from parts that are not all known? */
function isBuilt(node: unknown): boolean {
  if (!isNode(node) || constantText(node) !== null) return false;
  if (node.type === 'BinaryExpression') {
    if (operatorOf(node) === '~') return true;
    const sides = [node['left'], node['right']];
    return (
      ['+', '*', '%'].includes(operatorOf(node)) &&
      sides.some((side) => constantText(side) !== null || isBuilt(side))
    );
  }
  if (node.type !== 'FilterExpression') return false;
  const { filter } = node;
  const name = nameOf(isNode(filter) && filter.type === 'CallExpression' ? filter['callee'] : filter);
  return ['join', 'format', 'replace', 'reverse', 'lower', 'upper', 'string', 'urlencode'].includes(
    name ?? '',
  );
}

/** The nodes that are no expressions: text outside of any bracket, names of attributes, arguments, tests and filters. */
function labelsOf(tree: TemplateNode): ReadonlySet<TemplateNode> {
  const labels = new Set<TemplateNode>();
  const add = (...nodes: unknown[]) => nodes.filter(isNode).forEach((node) => labels.add(node));
  for (const node of everyNode(tree)) {
    for (const field of ['body', 'alternate', 'defaultBlock']) {
      add(...nodesIn(node[field]).filter(({ type }) => type === 'StringLiteral'));
    }
    if (node.type === 'MemberExpression' && node['computed'] !== true) add(node['property']);
    if (node.type === 'KeywordArgumentExpression') add(node['key']);
    if (node.type === 'TestExpression') add(node['test']);
    const { filter } = node;
    if (isNode(filter)) add(filter, filter['callee']);
  }
  return labels;
}

function everyIdentifier(node: unknown): string[] {
  if (!isNode(node)) return [];
  return [...everyNode(node)].flatMap((each) => nameOf(each) ?? []);
}

function quoted(text: string): string {
  return `“${text.slice(0, 80)}”`;
}
