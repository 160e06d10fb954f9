import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '#engine/core/json-reader.ts';
import type { ScanContext } from '../format-scanner.ts';
import { isAllowedTarget } from '../yaml/targets.ts';

/** `org/repository--module.Class`: transformers fetches the module from there. */
const repositoryReference = /^[\w.-]+\/[\w.-]+--[\w.]+$/;
/** A kernel from a repository, where a word like `sdpa` is due. */
const repository = /^[\w.-]+\/[\w.-]+(?:[@:].*)?$/;
const attentionKeys = new Set([
  '_attn_implementation_internal',
  '_attn_implementation',
  'attn_implementation',
  '_attn_implementation_autoset',
  '_experts_implementation',
  '_experts_implementation_internal',
]);
const parentLibraries = /^(?:transformers|diffusers|peft|sentence_transformers|timm|torch\.nn)(?:\.[\w.]+)?$/;
const pipelineLibraries = new Set([
  'diffusers',
  'transformers',
  'flax',
  'onnxruntime',
  'stable_diffusion',
  'k_diffusion',
]);

/** Finds what makes a loader import code, at any depth: remote code, kernels from repositories, modules by name. */
export function judgeCodeReferences(root: JsonValue, context: ScanContext): void {
  const open: (readonly [JsonValue, string])[] = [[root, '']];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, place] = next;
    if (isJsonArray(value)) {
      value.forEach((each, i) => {
        if (typeof each === 'object' && each !== null) open.push([each, `${place}[${i}]`]);
        else judgeText(each, `${place}[${i}]`, context);
      });
    }
    if (!isJsonObject(value)) continue;
    for (const [key, each] of value) {
      const here = place === '' ? key : `${place}.${key}`;
      judgeKey(key, each, here, context);
      if (typeof each === 'object' && each !== null) open.push([each, here]);
      else judgeText(each, here, context);
    }
  }
  if (isJsonArray(root)) judgeModules(root, context);
  if (isJsonObject(root) && root.has('_diffusers_version')) judgePipeline(root, context);
}

function judgeText(value: JsonValue, place: string, context: ScanContext): void {
  if (typeof value === 'string' && repositoryReference.test(value)) {
    context.find('config.remote-code', 'It names a class in another repository.', { subject: place });
  }
}

function judgeKey(key: string, value: JsonValue, place: string, context: ScanContext): void {
  const remote = (detail: string) => context.find('config.remote-code', detail, { subject: place });
  switch (key) {
    case 'auto_map':
    case 'custom_pipelines':
      if (!isEmpty(value)) remote(`${key} names Python classes beside the weights.`);
      return;
    case 'trust_remote_code':
      if (value !== false && value !== null) remote('It asks for remote code to be trusted.');
      return;
    case 'parent_library':
      if (typeof value !== 'string' || !parentLibraries.test(value)) {
        remote('The adapter names a module to import its base class from.');
      }
      return;
    case '_target_':
      if (typeof value !== 'string' || !isAllowedTarget(value)) {
        context.find('config.target', 'It names something to import and call.', { subject: place });
      }
      return;
    default:
      if (attentionKeys.has(key) && typeof value === 'string' && repository.test(value)) {
        remote('A kernel is loaded from a repository.');
      }
  }
}

/** sentence-transformers' modules.json: each `type` is imported. */
function judgeModules(root: readonly JsonValue[], context: ScanContext): void {
  root.forEach((each, i) => {
    if (!isJsonObject(each) || !each.has('idx') || !each.has('path')) return;
    const type = each.get('type');
    if (typeof type !== 'string' || !/^sentence_transformers\.[\w.]+$/.test(type)) {
      context.find('config.remote-code', 'A module is not one of sentence-transformers.', {
        subject: `[${i}].type`,
      });
    }
  });
}

/** diffusers' model_index.json: each part is `[library, class]`, and the library is imported. */
function judgePipeline(root: JsonObject, context: ScanContext): void {
  for (const [key, value] of root) {
    if (key === '_class_name') {
      if (typeof value !== 'string')
        context.find('config.remote-code', 'The pipeline is a class of its own.', { subject: key });
      continue;
    }
    if (!isJsonArray(value) || value.length !== 2) continue;
    const [library, name] = value;
    if (library === null && name === null) continue;
    if (typeof library === 'string' && typeof name === 'string' && !pipelineLibraries.has(library)) {
      context.find('config.remote-code', 'A part of the pipeline comes from another library.', {
        subject: key,
      });
    }
  }
}

function isEmpty(value: JsonValue): boolean {
  return (
    value === null || (isJsonObject(value) && value.size === 0) || (isJsonArray(value) && value.length === 0)
  );
}
