import type { ProtoField, ProtoMessage, ProtoReader } from '../protobuf.ts';

/** A node of a graph or function: what it does, and where its inputs come from. */
export interface GraphNode {
  readonly name: string;
  readonly operator: string;
  /** Names of nodes, or of a function's arguments; control inputs (`^name`) left out, and which output it is. */
  readonly inputs: readonly string[];
  readonly attributes: ReadonlyMap<string, ProtoMessage>;
  /** Functions of the library that it calls. */
  readonly calls: readonly string[];
}

/** Nodes under a name of their own each, as in a graph or in the body of a function. */
export interface NodeScope {
  /** Empty for the graph itself. */
  readonly name: string;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Names of the arguments, in order; none of a graph. */
  readonly parameters: readonly string[];
  /** Names that two nodes have. */
  readonly twice: readonly string[];
}

/** A string in an attribute, where it is one. AttrValue.s. */
export function textOf(attribute: ProtoMessage | undefined): string | undefined {
  return attribute?.last(2) === undefined ? undefined : attribute.text(2);
}

/** GraphDef (graph.proto): its nodes, and the functions that they call. */
export function readGraph(proto: ProtoReader, field: Pick<ProtoField, 'start' | 'end'>): NodeScope[] {
  const graph = proto.message(field);
  const scopes = [readScope(proto, '', graph.all(1), [])];
  for (const library of graph.all(2)) {
    for (const each of proto.message(library).all(1)) scopes.push(readFunction(proto, each));
  }
  return scopes;
}

/** FunctionDef (function.proto): the signature is an OpDef. */
function readFunction(proto: ProtoReader, field: ProtoField): NodeScope {
  const message = proto.message(field);
  const signature = message.last(1);
  const operator = signature === undefined ? undefined : proto.message(signature);
  const parameters = (operator?.all(2) ?? []).map((each) => proto.message(each).text(1));
  return readScope(proto, operator?.text(1) ?? '', message.all(3), parameters);
}

function readScope(
  proto: ProtoReader,
  name: string,
  fields: readonly ProtoField[],
  parameters: readonly string[],
): NodeScope {
  const nodes = new Map<string, GraphNode>();
  const twice: string[] = [];
  for (const field of fields) {
    const node = readNode(proto, field);
    if (nodes.has(node.name)) twice.push(node.name);
    nodes.set(node.name, node);
  }
  return { name, nodes, parameters, twice };
}

/** NodeDef (node_def.proto). */
function readNode(proto: ProtoReader, field: ProtoField): GraphNode {
  const message = proto.message(field);
  const attributes = new Map<string, ProtoMessage>();
  const calls: string[] = [];
  for (const entry of message.all(5)) {
    const pair = proto.message(entry);
    const value = pair.last(2);
    if (value === undefined) continue;
    const attribute = proto.message(value);
    attributes.set(pair.text(1), attribute);
    calls.push(...functionsIn(proto, attribute));
  }
  const inputs = message.all(3).map((each) => proto.text(each));
  return {
    name: message.text(1),
    operator: message.text(2),
    inputs: inputs.filter((input) => !input.startsWith('^')).map((input) => input.split(':')[0] ?? ''),
    attributes,
    calls,
  };
}

/** AttrValue.func, alone or in a list. */
function functionsIn(proto: ProtoReader, attribute: ProtoMessage): string[] {
  const lists = attribute.all(1).flatMap((list) => proto.message(list).all(9));
  return [...attribute.all(10), ...lists].map((each) => proto.message(each).text(1));
}
