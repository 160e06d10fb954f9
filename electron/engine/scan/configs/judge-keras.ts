import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '#engine/core/json-reader.ts';
import type { ScanContext } from '../format-scanner.ts';

/** Modules whose classes Keras deserialises by name. Others are imported, which is code. */
const kerasModule =
  /^(?:keras|keras_hub|keras_nlp|keras_cv|tensorflow\.keras|tf_keras|tf\.keras|tensorflow\.python\.keras)(?:\.\w+)*$/;
/** Of Keras itself, yet not what a configuration may bring in: they read files, fetch, or turn text into functions. */
const deniedModule = /^keras\.(?:src\.)?(?:utils|saving|config|datasets|legacy|callbacks|wrappers)\b/;
const codeClasses = new Set([
  'Lambda',
  'TorchModuleWrapper',
  'JaxLayer',
  'FlaxLayer',
  'TFSMLayer',
  'PyDataset',
  '__lambda__',
]);
const harmlessUtilities = new Set(['keras.utils.generic_utils', 'keras.src.utils.generic_utils']);

/** A configuration as Keras 2 or 3 writes it: an object with a class and what it is made with. */
export function looksLikeKeras(root: JsonObject): boolean {
  return typeof root.get('class_name') === 'string' && root.has('config');
}

/** Walks the configuration of a model and of everything in it. Class names count at any depth, since any may be deserialised. */
export function judgeKerasConfiguration(root: JsonValue, context: ScanContext): void {
  const open: (readonly [JsonValue, string])[] = [[root, '']];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    context.budget.step();
    const [value, place] = next;
    if (isJsonArray(value)) value.forEach((each, i) => open.push([each, `${place}[${i}]`]));
    if (!isJsonObject(value)) continue;
    judgeObject(value, place, context);
    for (const [key, each] of value) {
      if (typeof each === 'object' && each !== null)
        open.push([each, place === '' ? key : `${place}.${key}`]);
    }
  }
}

function judgeObject(value: JsonObject, place: string, context: ScanContext): void {
  const code = (detail: string) =>
    context.find('keras.code', detail, { subject: place === '' ? 'model' : place });
  const className = value.get('class_name');
  if (typeof className === 'string') {
    const simple = className.split('>').at(-1) ?? className;
    if (codeClasses.has(simple)) code('A layer of this class carries or loads code.');
    else if (className.includes('>')) code('A class registered by the maker of the model is needed.');
    if (className === 'function') code('It names a function to import.');
  }
  const module = value.get('module');
  if (module !== undefined && module !== null && value.has('class_name')) {
    if (module === 'builtins') {
      if (
        !['set', 'tuple', 'function', 'float', 'int', 'str', 'bool'].includes(
          typeof className === 'string' ? className : '',
        )
      )
        code('It names a builtin of Python.');
    } else if (typeof module !== 'string' || !kerasModule.test(module))
      code('It names a class in a module that is not of Keras.');
    else if (deniedModule.test(module) && !harmlessUtilities.has(module))
      code('It names a utility of Keras as a layer.');
  }
  const registered = value.get('registered_name');
  if (typeof registered === 'string' && registered.includes('>') && !/^keras/i.test(registered)) {
    code('A class registered by the maker of the model is needed.');
  }
  if (value.has('function') && isJsonArray(value.get('function')))
    code('It holds a function as marshalled code.');
  for (const key of ['function_type', 'output_shape_type']) {
    if (value.get(key) === 'lambda' || value.get(key) === 'raw')
      code('It holds a function as marshalled code.');
  }
}
