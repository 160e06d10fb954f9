import { isDeceptiveName } from '../deceptive-text.ts';
import type { FormatScanner, ScanContext } from '../format-scanner.ts';
import { readTags, type XmlTag } from '../openvino/xml-tags.ts';
import { Malformed } from '../malformed.ts';
import { decodeText, textOf } from '../text-head.ts';

const RULE = 'openvino.malformed';
const MAX_BYTES = 128 * 1024 * 1024;
const start = /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]*?-->\s*)*<net[\s>]/;
const standardSet = /^opset\d{1,2}$/;
/** What older versions wrote, before operators had sets. */
const oldest = 10;
const codeName =
  /(?:^|[_.-])(?:library|plugin|kernel|kernels|cl_?file|so|dll|custom_layers|script|module|python)(?:[_.-]|$)/i;
const codeValue = /\.(?:so(?:\.\d+)*|dll|dylib|cl|py|pyc|exe|sh)$/i;

/** OpenVINO's representation: a network in XML, whose constants lie in the `.bin` of the same name. */
export const openvino: FormatScanner = {
  format: 'openvino',
  recognises: (target) => start.test(textOf(target) ?? ''),
  scan({ name, source }, context) {
    if (source.sizeBytes > MAX_BYTES) {
      throw new Malformed(RULE, `It has ${source.sizeBytes} bytes, over ${MAX_BYTES}.`);
    }
    const text = decodeText(source.read(0, source.sizeBytes));
    if (text === null) throw new Malformed(RULE, 'Behind its beginning it is not text.');
    let version = 0;
    let endBytes = 0;
    for (const tag of readTags(text, RULE, context.budget)) {
      if (tag.name === 'net' && tag.depth === 0) version = Number(tag.attributes.get('version') ?? 0);
      if (tag.name === 'layer') judgeLayer(tag, version, context);
      judgeAttributes(tag, context);
      endBytes = Math.max(endBytes, endOfData(tag));
    }
    if (endBytes === 0) return;
    const path = name.replace(/^.*\//, '').replace(/\.xml$/i, '.bin');
    context.learn({ kind: 'reference', path, role: 'external-data', endBytes });
  },
};

function judgeLayer({ attributes, offset }: XmlTag, version: number, { find }: ScanContext): void {
  const set = attributes.get('version');
  const [name = '', type = ''] = [attributes.get('name'), attributes.get('type')];
  const isStandard = version < oldest ? set === undefined : set !== undefined && standardSet.test(set);
  if (!isStandard || /^(?:FrameworkNode|Custom|Extension|Python)/i.test(type)) {
    find('openvino.custom-operator', `The layer is ${type || 'of no type'}.`.slice(0, 200), {
      offset,
      subject: name,
    });
  }
}

function judgeAttributes({ attributes, offset }: XmlTag, { find }: ScanContext): void {
  for (const [key, value] of attributes) {
    const subject = `${key}=${value}`;
    if ((codeName.test(key) && value.includes('/')) || codeValue.test(value)) {
      find('openvino.code', 'It names a file that would be loaded as code.', { offset, subject });
    } else if (key === 'name' && isDeceptiveName(value.replaceAll(/[<>]/g, ''))) {
      find('openvino.custom-operator', 'A name has hidden characters.', { offset, subject });
    }
  }
}

/** `data` of a constant, or a blob of older versions. */
function endOfData({ name, attributes, offset }: XmlTag): number {
  const [from, size] = [attributes.get('offset'), attributes.get('size')];
  if (from === undefined || size === undefined) return 0;
  const end = Number(from) + Number(size);
  const isRange = [from, size].every((each) => /^\d{1,15}$/.test(each));
  if (isRange && Number.isSafeInteger(end)) return end;
  throw new Malformed(RULE, `The data of ${name} are no range.`, { offset });
}
