import type { FormatScanner, ScanContext, ScanTarget } from '../format-scanner.ts';
import { hasActiveMarkup, isDeceptiveName } from '../deceptive-text.ts';
import { findTrailingZip } from '../polyglot.ts';
import { type ProtoField, type ProtoMessage, ProtoReader } from '../protobuf.ts';
import { readThrough } from '../read-through.ts';
import { Budget } from '../budget.ts';
import { Malformed } from '../malformed.ts';
import { bytesSource } from '../byte-source.ts';
import { judgeTensor } from './onnx-tensors.ts';

const RULE = 'onnx.malformed';
/** Domains whose operators come with the runtimes and compute only. */
const standardDomains = new Set([
  '',
  'ai.onnx',
  'ai.onnx.ml',
  'ai.onnx.preview',
  'ai.onnx.training',
  'ai.onnx.preview.training',
]);
const runtimeDomains = new Set([
  'com.microsoft',
  'com.microsoft.nchwc',
  'com.microsoft.experimental',
  'com.ms.internal.nhwc',
  'pkg.onnxscript.torch_lib',
  'pkg.onnxscript.torch_lib.common',
  'pkg.torch',
  'org.pytorch.aten',
  'trt.plugins',
]);
const codeOperators = new Set([
  'PyOp',
  'PythonOp',
  'PythonOpGrad',
  'PyCustomOp',
  'ATen',
  'ExternalFunction',
  'EPContext',
  'TritonOp',
  'TRT_PluginV2DynamicExt',
  'SnpeOp',
  'OpenVINO',
  'NeuronOp',
  'ExecuteCommand',
]);
const controlFlow: ReadonlyMap<string, readonly string[]> = new Map([
  ['If', ['then_branch', 'else_branch']],
  ['Loop', ['body']],
  ['Scan', ['body']],
  ['SequenceMap', ['body']],
]);
/** Field numbers of onnx.proto (IR version 13). */
const model = { irVersion: 1, opsets: 8, graph: 7, metadata: 14, training: 20, functions: 25 };
const knownModel = new Set([1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26]);
const knownGraph = new Set([1, 2, 5, 10, 11, 12, 13, 14, 15, 16]);
const knownNode = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
const knownAttribute = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 20, 21, 22, 23]);
const knownFunction = new Set([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);

/** A graph of operators with its weights, https://github.com/onnx/onnx. */
export const onnx: FormatScanner = {
  format: 'onnx',
  recognises: looksLikeOnnx,
  scan(target, context) {
    if (context.extent === 'all') readThrough(target.source);
    new OnnxJudge(new ProtoReader(target.source, RULE, context.budget), context).run();
    const zipAt = findTrailingZip(target.source);
    if (zipAt !== null) context.find('file.polyglot', 'The file is a zip archive too.', { offset: zipAt });
  },
};

/** A version of the format in field 1, then strings and a graph, with field numbers of a model. */
function looksLikeOnnx({ head, source }: ScanTarget): boolean {
  if (head[0] !== 0x08 || head.length < 8) return false;
  try {
    const proto = new ProtoReader({ ...bytesSource(head), sizeBytes: source.sizeBytes }, RULE, new Budget());
    let seen = 0;
    for (const field of proto.fields(proto.whole())) {
      if (!knownModel.has(field.number)) return false;
      if (field.number === model.irVersion && (field.value < 1n || field.value > 100n)) return false;
      if (field.number === model.graph) return true;
      seen++;
      if (field.end >= head.length) return false;
    }
    return seen > 2;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

class OnnxJudge {
  readonly #proto: ProtoReader;
  readonly #context: ScanContext;
  readonly #unknown = new Set<number>();
  readonly #foreign = new Map<string, Set<string>>();
  readonly #functions = new Set<string>();
  readonly #branching = new Set<string>();

  constructor(proto: ProtoReader, context: ScanContext) {
    this.#proto = proto;
    this.#context = context;
  }

  run(): void {
    const root = this.#message(this.#proto.whole(), knownModel);
    const graphs = root.all(model.graph);
    if (graphs.length !== 1) throw new Malformed(RULE, `The model has ${graphs.length} graphs.`);
    for (const field of root.all(model.functions)) this.#functions.add(this.#functionName(field));
    for (const field of root.all(model.metadata)) this.#judgeMetadata(field);
    if (root.all(model.training).length > 0) {
      this.#context.find('onnx.training', 'It holds a training graph.');
      for (const field of root.all(model.training)) {
        const training = this.#proto.message(field);
        for (const graph of [...training.all(1), ...training.all(2)]) this.#judgeGraph(graph, 1);
      }
    }
    for (const graph of graphs) this.#judgeGraph(graph, 1);
    for (const field of root.all(model.functions)) {
      for (const node of this.#message(field, knownFunction).all(7)) this.#judgeNode(node, 2);
    }
    this.#report();
  }

  #judgeGraph(field: ProtoField, depth: number): void {
    this.#proto.checkDepth(depth);
    const graph = this.#message(field, knownGraph);
    for (const node of graph.all(1)) this.#judgeNode(node, depth + 1);
    for (const tensor of graph.all(5)) this.#judgeTensor(tensor);
    for (const sparse of graph.all(15)) this.#judgeSparse(sparse);
  }

  #judgeNode(field: ProtoField, depth: number): void {
    const node = this.#message(field, knownNode);
    const operator = node.text(4);
    const domain = node.text(7);
    if (isDeceptiveName(node.text(3).replaceAll(/[<>]/g, ''))) {
      this.#context.find('onnx.deceptive-text', 'The name of a node is not what it looks like.', {
        subject: node.text(3),
      });
    }
    if (codeOperators.has(operator) || /^py/i.test(operator) || domain === 'ai.onnx.contrib') {
      this.#context.find(
        'onnx.code-operator',
        `It has the operator ${domain === '' ? '' : `${domain}.`}${operator}.`.slice(0, 200),
        {
          subject: node.text(3),
        },
      );
    } else if (!standardDomains.has(domain) && !this.#functions.has(`${domain}.${operator}`)) {
      const operators = this.#foreign.get(domain) ?? new Set();
      this.#foreign.set(domain, operators.add(operator));
    }
    const graphs = new Set<string>();
    for (const attribute of node.all(5)) {
      const name = this.#judgeAttribute(attribute, depth + 1);
      if (name !== null) graphs.add(name);
    }
    const needed = standardDomains.has(domain) ? controlFlow.get(operator) : undefined;
    if (needed === undefined) return;
    if (needed.every((name) => graphs.has(name))) this.#branching.add(operator);
    else
      this.#context.find('onnx.unread-branch', `A node ${operator} lacks one of its graphs.`, {
        subject: node.text(3),
      });
  }

  /** Its name when it holds a graph. */
  #judgeAttribute(field: ProtoField, depth: number): string | null {
    this.#proto.checkDepth(depth);
    const attribute = this.#message(field, knownAttribute);
    const tensors = [...attribute.all(5), ...attribute.all(10)];
    for (const tensor of tensors) this.#judgeTensor(tensor);
    for (const sparse of [...attribute.all(22), ...attribute.all(23)]) this.#judgeSparse(sparse);
    const graphs = [...attribute.all(6), ...attribute.all(11)];
    for (const graph of graphs) this.#judgeGraph(graph, depth + 1);
    return graphs.length > 0 ? attribute.text(1) : null;
  }

  #judgeTensor(field: ProtoField): void {
    judgeTensor(field, this.#proto, this.#context, (number) => this.#unknown.add(number));
  }

  #judgeSparse(field: ProtoField): void {
    const sparse = this.#proto.message(field);
    for (const tensor of [...sparse.all(1), ...sparse.all(2)]) this.#judgeTensor(tensor);
    const shape = this.#proto.numbers(sparse.all(3), 64);
    if (shape.reduce((product, each) => product * each, 1n) > 2n ** 40n) {
      this.#context.find('onnx.size', 'A sparse tensor is larger than any memory.');
    }
  }

  #judgeMetadata(field: ProtoField): void {
    const pair = this.#proto.message(field);
    if (isDeceptiveName(pair.text(1)) || hasActiveMarkup(pair.text(2))) {
      this.#context.find('onnx.deceptive-text', 'The metadata hold hidden characters or markup.', {
        subject: pair.text(1),
      });
    }
  }

  #functionName(field: ProtoField): string {
    const message = this.#proto.message(field);
    return `${message.text(10)}.${message.text(1)}`;
  }

  #message(
    range: { readonly start: number; readonly end: number },
    known: ReadonlySet<number>,
  ): ProtoMessage {
    const message = this.#proto.message(range);
    for (const number of message.numbers()) if (!known.has(number)) this.#unknown.add(number);
    return message;
  }

  #report(): void {
    for (const [domain, operators] of this.#foreign) {
      const names = [...operators].slice(0, 10).join(', ');
      if (runtimeDomains.has(domain)) continue;
      this.#context.find(
        'onnx.custom-domain',
        `It has ${operators.size} operators of another domain: ${names}.`.slice(0, 300),
        { subject: domain },
      );
    }
    if (this.#branching.size > 0) {
      this.#context.find(
        'onnx.control-flow',
        `It has ${[...this.#branching].join(', ')}; their graphs were read.`,
      );
    }
    if (this.#unknown.size > 0) {
      this.#context.find(
        'onnx.unknown-field',
        `It has fields numbered ${[...this.#unknown].slice(0, 10).join(', ')}.`,
      );
    }
  }
}
