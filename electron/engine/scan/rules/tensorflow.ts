import type { RuleTable } from './rule-table.ts';

const askAgain = 'Keep the file out, and ask the sender to export the model again.';
const standard = 'Ask the sender for a model of standard operators, or have the code approved separately.';

/** What can be wrong with TensorFlow's graphs and checkpoints, and with TensorFlow Lite. */
export const tensorflowRules = {
  'tensorflow.malformed': {
    version: 1,
    severity: 'critical',
    title: 'TensorFlow model that is not well formed',
    why: 'What cannot be parsed was not checked.',
    next: askAgain,
  },
  'tensorflow.code-operator': {
    version: 1,
    severity: 'critical',
    title: 'operator that runs code',
    why: 'It calls Python, a library or a hidden graph when the model runs.',
    next: standard,
  },
  'tensorflow.file-operator': {
    version: 1,
    severity: 'critical',
    title: 'operator that reads or writes files',
    why: 'A model with it takes files of the server, or changes them, when it is loaded or run.',
    next: standard,
  },
  'tensorflow.unknown-operator': {
    version: 1,
    severity: 'high',
    title: 'operator that is not known',
    why: 'It comes from a library or a later version, and what it does was not checked.',
    next: 'Find out which library the operator comes from, and whether the servers have it.',
  },
  'tensorflow.asset-path': {
    version: 1,
    severity: 'critical',
    title: 'asset outside the folder',
    why: 'Loading the model would read any file on the server.',
    next: askAgain,
  },
  'tensorflow.ambiguous': {
    version: 1,
    severity: 'critical',
    title: 'the same name twice',
    why: 'Which of the two runs depends on the loader.',
    next: askAgain,
  },
  'tensorflow.deceptive-name': {
    version: 1,
    severity: 'high',
    title: 'a name with hidden characters',
    why: 'Such a name looks like another, or acts when a tool shows it.',
    next: 'Look at the name as it is shown here, and ask the sender why it is so.',
  },
  'tensorflow.text-graph': {
    version: 1,
    severity: 'high',
    title: 'graph written as text',
    why: 'TensorFlow and Caffe load graphs from text too, and this version reads only the names of operators in it.',
    next: 'Ask the sender for the model in its binary form.',
  },
  'tflite.malformed': {
    version: 1,
    severity: 'critical',
    title: 'TensorFlow Lite model that is not well formed',
    why: 'Its loader is C++ and follows offsets that lead outside.',
    next: askAgain,
  },
  'tflite.custom-operator': {
    version: 1,
    severity: 'high',
    title: 'custom operator',
    why: 'It needs a library that is not part of TensorFlow Lite, and what it does was not checked.',
    next: 'Find out which library the operator comes from, and whether the devices have it.',
  },
  'tflite.flex-operator': {
    version: 1,
    severity: 'high',
    title: 'operator of full TensorFlow',
    why: 'It is run by all of TensorFlow instead of the small runtime.',
    next: 'Ask the sender for a model of built-in operators, or make sure the devices are meant to have it.',
  },
  'tflite.size': {
    version: 1,
    severity: 'critical',
    title: 'shape and data differ in size',
    why: 'Sizes like this have made loaders read and write outside their memory.',
    next: askAgain,
  },
  'tflite.associated-files': {
    version: 1,
    severity: 'warning',
    title: 'files packed behind the model',
    why: 'TensorFlow Lite keeps labels there, and a reader of zips takes the model for an archive.',
    next: 'Ask the sender for the model without them if nobody needs them.',
  },
} as const satisfies RuleTable;
