import { isJsonObject } from '#engine/core/json-reader.ts';
import { judgeConfiguration } from '../configs/judge-configuration.ts';
import { judgeKerasConfiguration, looksLikeKeras } from '../configs/judge-keras.ts';
import { Cursor } from '../cursor.ts';
import type { FormatScanner, ScanContext } from '../format-scanner.ts';
import type { ByteSource } from '../byte-source.ts';
import { readAttribute } from '../hdf5/attributes.ts';
import { judgeDataset } from '../hdf5/datasets.ts';
import { readLinks } from '../hdf5/group-links.ts';
import {
  cursorAt,
  type Hdf5Bytes,
  type Hdf5Message,
  kinds,
  readObjectHeader,
  RULE,
  UNDEFINED,
} from '../hdf5/object-header.ts';
import { Malformed } from '../malformed.ts';
import { readThrough } from '../read-through.ts';
import { scanJson } from '../scan-json.ts';
import { jsonRules } from './json.ts';

const SIGNATURE = '\u0089HDF\r\n\u001a\n';
/** The signature may lie behind a block of the user's, whose size is a power of two (II.A). */
const MAX_USER_BLOCK = 1024 * 1024;
const MAX_DEPTH = 64;
const keyWithModel = /^(?:model_config|training_config)$/;

/** HDF5 with the weights of a model, and its configuration where Keras wrote it. HDF5 File Format Specification 3.0. */
export const hdf5: FormatScanner = {
  format: 'hdf5',
  recognises: ({ source }) => signatureAt(source) !== undefined,
  scan({ source }, context) {
    if (context.extent === 'all') readThrough(source);
    const at = signatureAt(source) ?? 0;
    if (at > 0) {
      context.find('file.polyglot', `An HDF5 file starts behind ${at} bytes of something else.`, {
        offset: at,
      });
      return;
    }
    new Hdf5Walk({ source, budget: context.budget }, context).run();
  },
};

function signatureAt(source: ByteSource): number | undefined {
  for (let at = 0; at <= MAX_USER_BLOCK && at + 8 <= source.sizeBytes; at = at === 0 ? 512 : at * 2) {
    if (Buffer.from(source.read(at, 8)).toString('latin1') === SIGNATURE) return at;
  }
  return undefined;
}

class Hdf5Walk {
  readonly #file: Hdf5Bytes;
  readonly #context: ScanContext;
  readonly #seen = new Set<number>();

  constructor(file: Hdf5Bytes, context: ScanContext) {
    this.#file = file;
    this.#context = context;
  }

  run(): void {
    const open: { readonly address: number; readonly path: string; readonly depth: number }[] = [
      { address: this.#root(), path: '', depth: 0 },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { address, path, depth } = next;
      // A second name of the same object is no second object.
      if (this.#seen.has(address)) continue;
      this.#seen.add(address);
      if (depth > MAX_DEPTH) throw new Malformed(RULE, `It is nested deeper than ${MAX_DEPTH} levels.`);
      const messages = readObjectHeader(this.#file, address);
      this.#judgeAttributes(messages, path);
      judgeDataset(this.#file, messages, path, this.#context);
      for (const link of readLinks(this.#file, messages)) {
        const below = path === '' ? link.name : `${path}/${link.name}`;
        if (link.kind === 'hard') open.push({ address: link.address, path: below, depth: depth + 1 });
        else this.#tellLink(link.kind, below);
      }
    }
  }

  #tellLink(kind: 'soft' | 'external' | 'other' | 'dense', subject: string): void {
    if (kind === 'soft') this.#context.find('hdf5.soft-link', 'It is another name.', { subject });
    else if (kind === 'dense') {
      this.#context.find('hdf5.unread', 'The names in a group are stored in a heap.', { subject });
    } else this.#context.find('hdf5.link', 'It leads outside the file.', { subject });
  }

  #judgeAttributes(messages: readonly Hdf5Message[], path: string): void {
    for (const message of messages) {
      if (message.kind === kinds.attribute) this.#judgeAttribute(message, path);
      if (message.kind === kinds.attributeInfo && this.#hasHeap(message)) {
        this.#context.find('hdf5.unread', 'Its attributes are stored in a heap.', { subject: path });
      }
      if (message.kind === kinds.sharedTable || message.kind === kinds.driverInfo) {
        this.#context.find('hdf5.unread', 'It has a table that is not walked.', { subject: path });
      }
    }
  }

  #judgeAttribute(message: Hdf5Message, path: string): void {
    if (message.isShared) {
      this.#context.find('hdf5.unread', 'An attribute lies in a table of shared messages.', {
        subject: path,
      });
      return;
    }
    const { name, texts } = readAttribute(this.#file, message);
    const isModel = keyWithModel.test(name);
    if (isModel && texts === null) {
      this.#context.find('hdf5.unread', 'The configuration is no text.', { subject: name });
    }
    for (const text of texts ?? []) {
      if (!isModel && !/^\s*[{[]\s*["{[]/.test(text)) continue;
      const context = this.#context.inside(path === '' ? name : `${path}/${name}`);
      const root = scanJson(new TextEncoder().encode(text), jsonRules, context.budget, () => {});
      judgeConfiguration(root, context);
      const isJudged = isJsonObject(root) && looksLikeKeras(root);
      if (isModel && !isJudged) judgeKerasConfiguration(root, context);
    }
  }

  /** IV.A.2.v. */
  #hasHeap({ start, end }: Hdf5Message): boolean {
    const cursor = cursorAt(this.#file, start, end);
    cursor.skip(1);
    if ((cursor.u8() & 1) !== 0) cursor.skip(2);
    return cursor.u64le() !== UNDEFINED;
  }

  /** The superblock (II.A): where the root group lies. The file is as long as it says. */
  #root(): number {
    const cursor = new Cursor(this.#file.source, RULE, { start: 8 });
    const version = cursor.u8();
    if (version > 3) cursor.fail(`There is no version ${version}.`, 8);
    if (version < 2) cursor.skip(4);
    if (cursor.u8() !== 8 || cursor.u8() !== 8) cursor.fail('Its offsets do not have 64 bits.', 8);
    cursor.skip(version < 2 ? 9 + 4 * version : 1);
    if (cursor.u64le() !== 0n) cursor.fail('It does not start at its beginning.', 8);
    const extension = cursor.u64le();
    const end = cursor.size64le();
    if (end !== this.#file.source.sizeBytes) {
      cursor.fail(`It says that it has ${end} bytes, and has ${this.#file.source.sizeBytes}.`, 8);
    }
    if (version >= 2) {
      if (extension !== UNDEFINED) this.#context.find('hdf5.unread', 'Its superblock has an extension.');
      return cursor.size64le();
    }
    if (cursor.u64le() !== UNDEFINED) this.#context.find('hdf5.link', 'It needs a driver for several files.');
    cursor.skip(8);
    return cursor.size64le();
  }
}
