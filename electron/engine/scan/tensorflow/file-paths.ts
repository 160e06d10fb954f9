import type { ProtoReader } from '../protobuf.ts';
import { type GraphNode, type NodeScope, textOf } from './graph.ts';

/** What stands on the way from a saver's prefix to the operator that writes: it chooses, joins and numbers. */
const passing = new Set([
  ...[
    'Identity',
    'StringJoin',
    'ShardedFilename',
    'ShardedFilespec',
    'Select',
    'SelectV2',
    'Pack',
    'ExpandDims',
    'Reshape',
  ],
  ...['If', 'StatelessIf', 'Fill', 'ConcatV2', 'StopGradient', 'EnsureShape'],
]);
/** These have numbers or conditions in, and nothing of a path. */
const sideways = new Set(['StaticRegexFullMatch', 'Const']);
const MAX_STEPS = 2_000;

/** Where a path may come from that the operators of a saver use. */
export interface PathSources {
  readonly scopes: ReadonlyMap<string, NodeScope>;
  /** Nodes of the graph that stand for assets: their texts are replaced when the model is loaded. */
  readonly assets: ReadonlySet<string>;
  /** Nodes of the graph that a saver puts its path into, whatever they hold before (SaverDef.filename_tensor_name). */
  readonly prefixes: ReadonlySet<string>;
  readonly proto: ProtoReader;
}

/** What is wrong with where a path comes from; undefined when whoever loads or saves the model gives it. */
export function problemOfPath(sources: PathSources, scope: NodeScope, node: GraphNode): string | undefined {
  return new PathTrace(sources).input(scope, node, 0);
}

class PathTrace {
  readonly #sources: PathSources;
  readonly #seen = new Set<string>();
  #callers: ReadonlyMap<string, readonly Caller[]> | undefined;
  #isGiven = false;

  constructor(sources: PathSources) {
    this.#sources = sources;
  }

  input(scope: NodeScope, node: GraphNode, index: number): string | undefined {
    const isTable = node.operator.startsWith('InitializeTable');
    const name = node.inputs[isTable ? 1 : index];
    if (name === undefined) return `${node.operator} has no path`;
    return this.#from(scope, name) ?? (this.#isGiven ? undefined : 'the path is fixed in the model');
  }

  #from(scope: NodeScope, name: string): string | undefined {
    const key = `${scope.name}\0${name}`;
    if (this.#seen.has(key)) return undefined;
    this.#seen.add(key);
    if (this.#seen.size > MAX_STEPS) return 'the path comes from too many places';
    const node = scope.nodes.get(name);
    if (node === undefined) return this.#fromCallers(scope, name);
    if (node.operator === 'Placeholder' || node.operator === '_Arg') return this.#give();
    if (node.operator === 'PlaceholderWithDefault') {
      this.#give();
      return node.inputs.map((input) => this.#from(scope, input)).find((each) => each !== undefined);
    }
    if (node.operator === 'Const') return this.#constant(scope, node);
    if (!passing.has(node.operator)) {
      return sideways.has(node.operator) ? undefined : `the path comes from ${node.operator}`;
    }
    return node.inputs.map((input) => this.#from(scope, input)).find((each) => each !== undefined);
  }

  #give(): undefined {
    this.#isGiven = true;
  }

  /** Texts that are joined to a path: a folder or name of their own would lead elsewhere. */
  #constant(scope: NodeScope, node: GraphNode): string | undefined {
    if (scope.name === '' && this.#sources.assets.has(node.name)) return this.#give();
    const texts = stringsOf(node, this.#sources.proto);
    if (texts === undefined) return 'the path is longer than any';
    if (scope.name === '' && this.#sources.prefixes.has(node.name)) this.#give();
    const odd = texts.find((text) => /^[/\\~]|^[A-Za-z]:|:\/\/|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(text));
    return odd === undefined ? undefined : `the path has ${odd}`;
  }

  #fromCallers(scope: NodeScope, name: string): string | undefined {
    const index = scope.parameters.indexOf(name);
    if (index < 0 || scope.name === '') return `nothing is called ${name}`;
    this.#callers ??= callersOf(this.#sources.scopes);
    const callers = this.#callers.get(scope.name) ?? [];
    // Whoever loads the model may call it too, with what the object graph holds for it: a text of the model's own.
    if (callers.length === 0) return 'nothing in the graph says what the path is';
    return callers
      .map((caller) => {
        const input = caller.node.inputs[index];
        return input === undefined ? 'a function is called without a path' : this.#from(caller.scope, input);
      })
      .find((each) => each !== undefined);
  }
}

interface Caller {
  readonly scope: NodeScope;
  readonly node: GraphNode;
}

function callersOf(scopes: ReadonlyMap<string, NodeScope>): ReadonlyMap<string, readonly Caller[]> {
  const callers = new Map<string, Caller[]>();
  for (const scope of scopes.values()) {
    for (const node of scope.nodes.values()) {
      for (const name of node.calls) {
        const known = callers.get(name);
        if (known === undefined) callers.set(name, [{ scope, node }]);
        else known.push({ scope, node });
      }
    }
  }
  return callers;
}

const MAX_TEXT_BYTES = 16 * 1024;

/** The texts of a Const (TensorProto.string_val); undefined where one is longer than any path. */
function stringsOf(node: GraphNode, proto: ProtoReader): string[] | undefined {
  const texts: string[] = [];
  for (const tensor of node.attributes.get('value')?.all(8) ?? []) {
    for (const text of proto.message(tensor).all(8)) {
      if (text.end - text.start > MAX_TEXT_BYTES) return undefined;
      texts.push(proto.text(text));
    }
  }
  return texts;
}

/** A text in an attribute that names a file: PrintV2 can write to one, DecodeProtoV2 reads one. */
export function fileInAttribute({ operator, attributes }: GraphNode): string | undefined {
  if (operator === 'PrintV2') {
    const stream = textOf(attributes.get('output_stream'));
    return stream?.startsWith('file:') === true ? stream : undefined;
  }
  if (operator !== 'DecodeProtoV2' && operator !== 'EncodeProto') return undefined;
  const source = textOf(attributes.get('descriptor_source')) ?? '';
  return source === '' || source === 'local://' || source.startsWith('bytes://') ? undefined : source;
}
