import { describe, expect, it } from 'vitest';
import { scanAcross } from '#engine/scan/across/across.ts';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { joined } from '../../fixtures/scan/bytes.ts';
import { orderedDict } from '../../fixtures/scan/pickle-writer.ts';
import { bytesField, intField } from '../../fixtures/scan/proto-writer.ts';
import { bfloat16, safetensorsFile } from '../../fixtures/scan/safetensors-maker.ts';
import { sentencePieceModel } from '../../fixtures/scan/sentencepiece-writer.ts';
import { smallFiles } from '../../fixtures/scan/small-files.ts';
import { storage, tensor, torchZip } from '../../fixtures/scan/torch-files.ts';

type Folder = Readonly<Record<string, Uint8Array>>;

function across(folder: Folder) {
  return scanAcross(
    Object.entries(folder).map(([name, bytes]) => scanFile(name, bytesSource(bytes), { extent: 'all' })),
  );
}

const rules = (folder: Folder) => [...new Set(across(folder).map(({ rule }) => rule))];
const json = (value: unknown) => joined(JSON.stringify(value));
const first = safetensorsFile([bfloat16('model.embed_tokens.weight', 6, 2)]);
const second = safetensorsFile([bfloat16('model.norm.weight', 4)]);
const index = (map: Readonly<Record<string, string>>, total: number) =>
  json({ metadata: { total_size: total }, weight_map: map });
const one = 'model-00001-of-00002.safetensors';
const two = 'model-00002-of-00002.safetensors';
const map = { 'model.embed_tokens.weight': one, 'model.norm.weight': two };
const sharded: Folder = { [one]: first, [two]: second, 'model.safetensors.index.json': index(map, 32) };
const without = (name: string): Folder =>
  Object.fromEntries(Object.entries(sharded).filter(([each]) => each !== name));

/** A model whose one tensor lies in another file. */
function externalOnnx(location: string, length: number): Uint8Array {
  const pair = (key: string, value: string) => bytesField(13, bytesField(1, key), bytesField(2, value));
  const weight = bytesField(
    5,
    intField(1, 4),
    intField(2, 1),
    bytesField(8, 'w'),
    pair('location', location),
    pair('offset', '0'),
    pair('length', String(length)),
    intField(14, 1),
  );
  const node = bytesField(1, bytesField(1, 'w'), bytesField(2, 'y'), bytesField(4, 'Identity'));
  return joined(intField(1, 8), bytesField(2, 'pytorch'), bytesField(7, node, weight, bytesField(2, 'g')));
}

const adapter = (matrix: string, rank = 2, outputs = 4): Folder => ({
  'adapter_config.json': json({ peft_type: 'LORA', base_model_name_or_path: 'org/base', r: 2 }),
  'adapter_model.safetensors': safetensorsFile([
    bfloat16(`base_model.model.${matrix}.lora_A.weight`, rank, 3),
    bfloat16(`base_model.model.${matrix}.lora_B.weight`, outputs, rank),
  ]),
});
const base: Folder = { 'base/model.safetensors': safetensorsFile([bfloat16('model.q_proj.weight', 4, 3)]) };

describe('an adapter', () => {
  it.each<readonly [string, Folder, readonly string[]]>([
    ['fits its base model', { ...adapter('model.q_proj'), ...base }, []],
    ['names a model that is not here', adapter('model.q_proj'), ['adapter.base-elsewhere']],
    ['has another rank', { ...adapter('model.q_proj', 5), ...base }, ['adapter.rank']],
    ['changes what is not there', { ...adapter('model.k_proj'), ...base }, ['adapter.other-base']],
    ['has another shape', { ...adapter('model.q_proj', 2, 7), ...base }, ['adapter.other-base']],
  ])('%s', (_what, folder, expected) => {
    expect(rules(folder)).toEqual(expected);
  });
});

/** Bytes of no format. */
const data = Uint8Array.from({ length: 16 }, (_, n) => (n * 73 + 201) % 256);
const openvino = joined(
  '<net name="m" version="11"><layers><layer id="0" name="w" type="Const" version="opset1">',
  '<data element_type="f32" shape="4" offset="0" size="16"/></layer></layers></net>',
);

describe('data whose name says nothing', () => {
  it.each<readonly [string, Folder]>([
    ['of ONNX', { 'm.onnx': externalOnnx('weights_0001', 16), weights_0001: data }],
    ['of ONNX in a folder', { 'm.onnx': externalOnnx('onnx/w.bin', 16), 'onnx/w.bin': data }],
    ['of OpenVINO', { 'm.xml': openvino, 'm.bin': data }],
  ])('is identified by what describes it: %s', (_what, folder) => {
    expect(across(folder).map(({ rule }) => rule)).toEqual(['data.described']);
  });

  it.each<readonly [string, Folder]>([
    ['alone', { 'm.bin': data }],
    ['with a tail', { 'm.xml': openvino, 'm.bin': joined(data, new Uint8Array(100_000), data) }],
    ['too short', { 'm.xml': openvino, 'm.bin': data.subarray(0, 12) }],
    ['elsewhere', { 'm.xml': openvino, 'a/m.bin': data }],
  ])('stays unidentified where nothing describes all of it: %s', (_what, folder) => {
    expect(across(folder).map(({ rule }) => rule)).not.toContain('data.described');
  });

  it('stays unidentified where it was not read', () => {
    const scan = (name: string, bytes: Uint8Array) =>
      scanFile(name, bytesSource(bytes), { extent: 'structure' });
    const long = Uint8Array.from({ length: 100_000 }, (_, n) => (n * 73 + 201) % 256);
    const model = externalOnnx('m.bin', long.length);
    const found = scanAcross([scan('m.onnx', model), scan('m.bin', long)]);
    expect(found.map(({ rule }) => rule)).not.toContain('data.described');
  });
});

describe('files together that are as published', () => {
  it.each<readonly [string, Folder, readonly string[]]>([
    ['shards with their index', sharded, []],
    [
      'in a subfolder',
      Object.fromEntries(Object.entries(sharded).map(([name, bytes]) => [`unet/${name}`, bytes])),
      [],
    ],
    [
      'the small files of a repository',
      Object.fromEntries(smallFiles.map(({ name, bytes }) => [name, bytes])),
      [],
    ],
    [
      'several files of one model in different precision',
      { 'model.safetensors': first, 'model.fp16.safetensors': first },
      [],
    ],
    ['an original folder beside', { ...sharded, 'original/consolidated.00.safetensors': second }, []],
    [
      'an index of another format that nobody took along',
      { ...sharded, 'pytorch_model.bin.index.json': index({ x: 'pytorch_model-00001-of-00001.bin' }, 4) },
      ['index.unused'],
    ],
    [
      'the same weights as pickle and safetensors',
      {
        'model.safetensors': safetensorsFile([bfloat16('weight', 2, 3)]),
        'pytorch_model.bin': torchZip(orderedDict({ weight: tensor(storage('0', 6)) })),
      },
      ['weights.twice'],
    ],
    [
      'data outside a model',
      { 'm.onnx': externalOnnx('m.onnx_data', 16), 'm.onnx_data': new Uint8Array(4096) },
      [],
    ],
    [
      'a tokenizer with fewer tokens than rows',
      {
        'config.json': json({ model_type: 'llama', vocab_size: 320 }),
        'tokenizer.model': sentencePieceModel(),
      },
      [],
    ],
    [
      'parts without an index',
      { 'q-00001-of-00002.gguf': new Uint8Array(0), 'q-00002-of-00002.gguf': first },
      [],
    ],
  ])('%s', (_what, folder, expected) => {
    expect(rules(folder)).toEqual(expected);
  });
});

describe('files together that do not belong together', () => {
  it.each<readonly [string, string, Folder]>([
    ['a shard is missing', 'index.missing-shard', without(two)],
    ['all shards are missing', 'index.missing-shard', { 'model.safetensors.index.json': index(map, 32) }],
    ['parts are missing without an index', 'shards.numbering', { [two]: second }],
    [
      'parts numbered beyond their count',
      'shards.numbering',
      { [one]: first, 'model-00003-of-00002.safetensors': second },
    ],
    [
      'a tensor in another shard than the index says',
      'index.tensor',
      { ...sharded, 'model.safetensors.index.json': index({ ...map, 'model.norm.weight': one }, 32) },
    ],
    [
      'a tensor that the index does not name',
      'index.tensor',
      { ...sharded, [two]: safetensorsFile([bfloat16('model.norm.weight', 4), bfloat16('extra', 1)]) },
    ],
    ['a tensor in two shards', 'index.tensor', { ...sharded, [two]: first }],
    ['another total', 'index.total-size', { ...sharded, 'model.safetensors.index.json': index(map, 31) }],
    ['a shard too many', 'index.unlisted-shard', { ...sharded, 'model-00003-of-00003.safetensors': second }],
    ['weights that nothing names', 'weights.unreferenced', { ...sharded, 'other.safetensors': second }],
    [
      'weights that differ by format',
      'weights.disagree',
      {
        'model.safetensors': safetensorsFile([bfloat16('weight', 3, 2)]),
        'pytorch_model.bin': torchZip(orderedDict({ weight: tensor(storage('0', 6)) })),
      },
    ],
    [
      'external data that are missing',
      'external-data.missing',
      { 'm.onnx': externalOnnx('m.onnx_data', 16) },
    ],
    [
      'external data in another folder',
      'external-data.missing',
      { 'a/m.onnx': externalOnnx('m.onnx_data', 16), 'm.onnx_data': new Uint8Array(16) },
    ],
    [
      'external data that are short',
      'external-data.short',
      { 'm.onnx': externalOnnx('m.onnx_data', 16), 'm.onnx_data': new Uint8Array(15) },
    ],
    [
      'external data that go on',
      'data.tail',
      { 'm.onnx': externalOnnx('m.onnx_data', 16), 'm.onnx_data': new Uint8Array(100_000) },
    ],
    [
      'external data of another format',
      'external-data.other-format',
      { 'm.onnx': externalOnnx('notes.txt', 16), 'notes.txt': joined('some words, and more') },
    ],
    ['data that nothing describes', 'data.undescribed', { 'm.onnx_data': new Uint8Array(16) }],
    [
      'a tokenizer beyond its configuration',
      'tokenizer.beyond-rows',
      {
        'config.json': json({ model_type: 'llama', vocab_size: 100 }),
        'tokenizer.model': sentencePieceModel(),
      },
    ],
    [
      'a tokenizer beyond its embeddings',
      'tokenizer.beyond-rows',
      { 'model.safetensors': first, 'tokenizer.model': sentencePieceModel() },
    ],
  ])('%s', (_what, rule, folder) => {
    expect(rules(folder)).toContain(rule);
  });

  it('names ten tensors and counts the others', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`t${n}`, one]));
    const found = across({ [one]: first, 'model.safetensors.index.json': index(many, 24) });
    const tensors = found.filter(
      ({ rule, detail }) => rule === 'index.tensor' && detail.startsWith('A tensor'),
    );
    expect(tensors).toHaveLength(11);
    expect(tensors.at(-1)?.detail).toContain('20 more');
  });
});
