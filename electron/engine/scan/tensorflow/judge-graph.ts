import { isDeceptiveName } from '../deceptive-text.ts';
import { isInnerPath } from '../external-path.ts';
import type { ScanContext } from '../format-scanner.ts';
import type { ProtoField, ProtoMessage, ProtoReader } from '../protobuf.ts';
import { fileInAttribute, type PathSources, problemOfPath } from './file-paths.ts';
import { type GraphNode, type NodeScope, readGraph } from './graph.ts';
import { kindOfOperator } from './operators.ts';

/** Of these the first are told one by one; more of a kind say nothing new. */
const MAX_NAMED = 20;

/** MetaGraphDef (meta_graph.proto): the graph, the assets it names, what it needs from outside. */
export function judgeMetaGraph(
  proto: ProtoReader,
  field: Pick<ProtoField, 'start' | 'end'>,
  context: ScanContext,
): void {
  const message = proto.message(field);
  const assets = new Set<string>();
  for (const each of message.all(6)) assets.add(judgeAsset(proto, proto.message(each), context));
  const prefixes = new Set(message.all(3).map((saver) => proto.message(saver).text(1).split(':')[0] ?? ''));
  for (const graph of message.all(2)) judgeGraph(proto, graph, context, { assets, prefixes });
}

/** AssetFileDef: a file in the folder `assets`. Returns the node that stands for it. */
function judgeAsset(proto: ProtoReader, message: ProtoMessage, { find }: ScanContext): string {
  const name = message.text(2);
  if (!isInnerPath(name)) {
    find('tensorflow.asset-path', 'An asset lies outside the folder of the model.', { subject: name });
  }
  const info = message.last(1);
  return info === undefined ? '' : (proto.message(info).text(1).split(':')[0] ?? '');
}

/** GraphDef: every operator is of the list, and files are only those of the model. */
export function judgeGraph(
  proto: ProtoReader,
  field: Pick<ProtoField, 'start' | 'end'>,
  context: ScanContext,
  given: Pick<PathSources, 'assets' | 'prefixes'> = { assets: new Set(), prefixes: new Set() },
): void {
  const all = readGraph(proto, field);
  const scopes = new Map(all.map((scope) => [scope.name, scope]));
  const unknown = new Map<string, string>();
  if (scopes.size < all.length) {
    context.find('tensorflow.ambiguous', 'Two functions have the same name.');
  }
  for (const scope of all) {
    if (scope.twice.length > 0) {
      context.find('tensorflow.ambiguous', 'Two nodes have the same name.', { subject: scope.twice[0] });
    }
    for (const node of scope.nodes.values()) {
      // A function may be called by its name, yet not by one of an operator.
      if (!scopes.has(node.operator) || kindOfOperator(node.operator) !== 'unknown') {
        judgeNode(node, scope, { scopes, proto, ...given }, context, unknown);
      }
    }
  }
  for (const [operator, node] of [...unknown].slice(0, MAX_NAMED)) {
    context.find('tensorflow.unknown-operator', `It has the operator ${operator.slice(0, 100)}.`, {
      subject: node,
    });
  }
}

function judgeNode(
  node: GraphNode,
  scope: NodeScope,
  sources: PathSources,
  context: ScanContext,
  unknown: Map<string, string>,
): void {
  context.budget.step();
  const place = { subject: scope.name === '' ? node.name : `${scope.name}/${node.name}` };
  const operator = node.operator.slice(0, 100);
  if (isDeceptiveName(node.name)) {
    context.find('tensorflow.deceptive-name', 'The name of a node is not what it looks like.', place);
  }
  const kind = kindOfOperator(node.operator);
  if (kind === 'code') context.find('tensorflow.code-operator', `It has the operator ${operator}.`, place);
  else if (kind === 'files') {
    context.find('tensorflow.file-operator', `It has the operator ${operator}.`, place);
  } else if (kind === 'saver') {
    const problem = problemOfPath(sources, scope, node);
    if (problem !== undefined) {
      context.find('tensorflow.file-operator', `${operator}: ${problem.slice(0, 200)}.`, place);
    }
  } else if (fileInAttribute(node) !== undefined) {
    context.find('tensorflow.file-operator', `${operator} names a file.`, place);
  } else if (kind === 'unknown') unknown.set(node.operator, place.subject);
}
