import type { FormatScanner } from '../format-scanner.ts';
import { readThrough } from '../read-through.ts';

/** Names under which exporters put the bytes of tensors: ONNX's external data, TensorFlow's variables. */
const dataName = /(?:\.onnx[._-]?data(?:[._-]?\d+)?|\.data|(?:^|\/)[\w.-]+\.data-\d{5}-of-\d{5})$/i;

/**
 * Numbers without any header, which no content tells apart from anything: asked last, when the file is of no other format. It
 * counts as identified only where another file says what lies in it, which is looked for across files (`data.undescribed`); so
 * there is none inside archives.
 */
export const rawData: FormatScanner = {
  format: 'raw-data',
  recognises: ({ name, depth }) => depth === 0 && dataName.test(name),
  scan({ source }, { extent }) {
    if (extent === 'all') readThrough(source);
  },
};
