import type { RuleTable } from './rule-table.ts';

const askAgain = 'Keep the file out, and ask the sender to export the model again.';
const asSafetensors = 'Ask the sender for the weights as safetensors.';

/** What can be wrong with MessagePack, Core ML, OpenVINO and GGML's old files. */
export const otherModelRules = {
  'msgpack.malformed': {
    version: 1,
    severity: 'critical',
    title: 'MessagePack that is not well formed',
    why: 'What cannot be parsed was not checked.',
    next: asSafetensors,
  },
  'msgpack.duplicate-key': {
    version: 1,
    severity: 'critical',
    title: 'a key twice',
    why: 'Readers differ on which of the two counts, so one may see what another does not.',
    next: asSafetensors,
  },
  'msgpack.size': {
    version: 1,
    severity: 'critical',
    title: 'shape and data differ in size',
    why: 'Sizes like this make loaders read and write outside their memory.',
    next: asSafetensors,
  },
  'msgpack.dtype': {
    version: 1,
    severity: 'critical',
    title: 'an array of a type that is not on the list',
    why: 'An array of objects is a pickle; of others it is not known what their bytes are.',
    next: asSafetensors,
  },
  'msgpack.extension': {
    version: 1,
    severity: 'critical',
    title: 'extension that is not known',
    why: 'A library decides what its bytes become, and some make objects of them.',
    next: asSafetensors,
  },
  'msgpack.embedded': {
    version: 1,
    severity: 'critical',
    title: 'a pickle inside',
    why: 'Whoever unpickles it runs what it names.',
    next: 'Keep the file out, and tell the sender.',
  },
  'msgpack.bytes': {
    version: 1,
    severity: 'high',
    title: 'bytes without a type',
    why: 'Arrays say what they are; what these bytes are was not checked.',
    next: asSafetensors,
  },
  'msgpack.suspicious': {
    version: 1,
    severity: 'high',
    title: 'text that has no business in weights',
    why: 'It is inert where it lies, and was put there for somebody who evaluates it.',
    next: 'Look at it as it is shown here, and ask the sender why it is there.',
  },
  'msgpack.deceptive-key': {
    version: 1,
    severity: 'high',
    title: 'a key with hidden characters',
    why: 'Such a name looks like another, or acts when a tool shows it.',
    next: 'Look at the name as it is shown here, and ask the sender why it is so.',
  },
  'coreml.malformed': {
    version: 1,
    severity: 'critical',
    title: 'Core ML model that is not well formed',
    why: 'What cannot be parsed was not checked.',
    next: askAgain,
  },
  'coreml.custom': {
    version: 1,
    severity: 'high',
    title: 'a layer or model of its own',
    why: 'It needs code of an app that is not part of Core ML, and what it does was not checked.',
    next: 'Find out which app it belongs to, or ask for a model of standard layers.',
  },
  'coreml.compiled': {
    version: 1,
    severity: 'warning',
    title: 'compiled Core ML model',
    why: 'It is made for one kind of device, and its operations were not checked.',
    next: 'Ask the sender for the .mlpackage or .mlmodel it was compiled from.',
  },
  'coreml.path': {
    version: 1,
    severity: 'critical',
    title: 'weights outside the package',
    why: 'Loading the model would read any file on the device.',
    next: askAgain,
  },
  'openvino.malformed': {
    version: 1,
    severity: 'critical',
    title: 'OpenVINO model that is not well formed',
    why: 'What cannot be parsed was not checked.',
    next: askAgain,
  },
  'openvino.custom-operator': {
    version: 1,
    severity: 'high',
    title: 'operator of an extension',
    why: 'It needs a library that is not part of OpenVINO, and what it does was not checked.',
    next: 'Find out which library it comes from, and whether the servers have it.',
  },
  'openvino.code': {
    version: 1,
    severity: 'critical',
    title: 'names a library or a kernel to load',
    why: 'A runtime that follows it loads machine code.',
    next: 'Ask the sender for a model of standard operators, or have the code approved separately.',
  },
  'ggml.old': {
    version: 1,
    severity: 'high',
    title: 'an old file of GGML',
    why: 'It has no description of its own that could be checked, and its loaders are C++.',
    next: 'Ask the sender for the model as GGUF.',
  },
} as const satisfies RuleTable;
