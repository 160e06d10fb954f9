import { kindOfOperator, type OperatorKind } from '../tensorflow/operators.ts';
import type { FormatScanner } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { decodeText, textOf } from '../text-head.ts';

const MAX_BYTES = 256 * 1024 * 1024;
const graphStart =
  /^\s*(?:#.*\n\s*)*(?:saved_model_schema_version|meta_graphs|graph_def|node|layers?|library)\s*[:{<]/;
const graphAnywhere = /(?:^|[\s{};,])(?:meta_graphs|graph_def|node|layers?|node_def)\s*:?\s*[{<]/;
const literal = String.raw`(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')`;
const operator = new RegExp(String.raw`(?:^|[\s{};,<])(op|type)\s*:\s*((?:${literal}\s*)+)`, 'g');
const rules: Readonly<Partial<Record<OperatorKind, string>>> = {
  code: 'tensorflow.code-operator',
  files: 'tensorflow.file-operator',
  saver: 'tensorflow.file-operator',
};

/** Protocol buffers as text: `saved_model.pbtxt`, which TensorFlow loads as well, and Caffe's networks. Label maps are mere text. */
export const protoText: FormatScanner = {
  format: 'protobuf-text',
  recognises: (target) => {
    const text = textOf(target);
    if (text === null) return false;
    return (
      graphStart.test(text) || (/\.(?:pbtxt|prototxt|pbtext)$/i.test(target.name) && graphAnywhere.test(text))
    );
  },
  scan({ source }, context) {
    if (source.sizeBytes > MAX_BYTES) {
      throw new Malformed('text.not-readable', `It has ${source.sizeBytes} bytes, over ${MAX_BYTES}.`);
    }
    const text = decodeText(source.read(0, source.sizeBytes));
    if (text === null) throw new Malformed('text.not-readable', 'Behind its beginning it is not text.');
    context.find('tensorflow.text-graph', 'It describes a graph.');
    const told = new Set<string>();
    for (const { 1: key, 2: literals = '', index } of text.matchAll(operator)) {
      context.budget.step();
      const name = textOfLiterals(literals);
      // In Caffe's networks it is the type of a layer, and one of them runs Python.
      const rule = key === 'op' ? rules[kindOfOperator(name)] : name === 'Python' ? rules.code : undefined;
      if (rule === undefined || told.has(name)) continue;
      told.add(name);
      context.find(rule, 'It has such an operator.', { offset: index, subject: name });
    }
  },
};

/** Literals that stand beside each other are one text; escapes as in C. */
function textOfLiterals(literals: string): string {
  return [...literals.matchAll(new RegExp(literal, 'g'))]
    .map(([each]) =>
      each
        .slice(1, -1)
        .replaceAll(/\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))/g, (_all, octal, hex, other) => {
          if (octal !== undefined) return String.fromCharCode(Number.parseInt(String(octal), 8));
          return hex === undefined ? String(other) : String.fromCharCode(Number.parseInt(String(hex), 16));
        }),
    )
    .join('');
}
