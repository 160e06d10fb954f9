import { asksToFetch, hasActiveMarkup, isDeceptiveName, looksLikeCommand } from '../deceptive-text.ts';
import type { FormatScanner, ScanContext, ScanTarget } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { findTrailingZip } from '../polyglot.ts';
import { readThrough } from '../read-through.ts';
import { TensorPass } from '../tensor-pass.ts';
import {
  checkLayout,
  headerLength,
  JSON_WHITE_SPACE,
  LENGTH_BYTES,
  looksLikeSafetensors,
  parseSafetensorsHeader,
  type SafetensorsHeader,
} from './safetensors-header.ts';

/** Tensors behind a JSON header, https://github.com/huggingface/safetensors. */
export const safetensors: FormatScanner = {
  format: 'safetensors',
  recognises: ({ head }) => looksLikeSafetensors(head),
  scan(target, context) {
    const header = readHeader(target, context);
    judgeTexts(header, context);
    for (const tensor of header.tensors) context.learn({ kind: 'tensor', tensor });
    const zipAt = findTrailingZip(target.source);
    if (zipAt !== null) {
      context.find('file.polyglot', 'The file is a zip archive too.', { offset: zipAt });
    }
    if (context.extent === 'structure') return;
    const pass = new TensorPass();
    readThrough(target.source, (bytes) => pass.update(bytes));
    for (const tensor of pass.finish().tensors) context.learn({ kind: 'measured-tensor', tensor });
  },
};

function readHeader({ source, head }: ScanTarget, context: ScanContext): SafetensorsHeader {
  const length = headerLength(head);
  if (LENGTH_BYTES + length > source.sizeBytes) {
    throw new Malformed('safetensors.header', `The header of ${length} bytes is longer than the file.`);
  }
  if (JSON_WHITE_SPACE.has(head[LENGTH_BYTES] ?? 0)) {
    context.find('safetensors.leading-space', 'White space comes before the header.', {
      offset: LENGTH_BYTES,
    });
  }
  if (length % 8 !== 0) {
    context.find('safetensors.header-alignment', `The header takes ${length} bytes.`);
  }
  const header = parseSafetensorsHeader(source.read(LENGTH_BYTES, length), context.budget);
  checkLayout(header.tensors, LENGTH_BYTES + length, source.sizeBytes);
  return header;
}

function judgeTexts({ tensors, metadata }: SafetensorsHeader, context: ScanContext): void {
  for (const { name } of tensors) {
    if (isDeceptiveName(name)) {
      context.find('safetensors.deceptive-name', 'The name of a tensor is not what it looks like.', {
        subject: name,
      });
    }
  }
  for (const [key, text] of metadata) {
    if (isDeceptiveName(key)) {
      context.find('safetensors.deceptive-name', 'A key of the metadata is not what it looks like.', {
        subject: key,
      });
    }
    if (hasActiveMarkup(text)) {
      context.find('safetensors.active-metadata', 'A text in the metadata holds markup that acts.', {
        subject: key,
      });
    }
    if (looksLikeCommand(text)) {
      context.find(
        'safetensors.command-in-metadata',
        'A text in the metadata reads like code or a command.',
        {
          subject: key,
        },
      );
    }
    if (asksToFetch(key, text)) {
      context.find('safetensors.address-in-metadata', 'The metadata name an address to fetch from.', {
        subject: key,
      });
    }
  }
}
