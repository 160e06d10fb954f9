import type { Cursor } from '../cursor.ts';
import type { FindingPlace, ScanContext } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import type { PickleSetting } from './globals.ts';
import { pickleLimits } from './limits.ts';
import type { StorageValue, Value } from './values.ts';

/** What a walk is done with and for. */
export interface WalkOptions {
  readonly context: Pick<ScanContext, 'budget' | 'find'>;
  readonly setting: PickleSetting;
  /** Called for texts and bytes of some length: what is in them may be a pickle again. */
  readonly inspect: (content: string | Uint8Array, offset: number) => void;
}

/** Findings of one stream beyond this number say nothing new. */
const MAX_FINDINGS = 100;

/**
 * An unpickler's stack, marks and memo, with values that say what a thing is and never do what it would. What CPython
 * refuses, and what differs between its C and its Python unpickler, throws Malformed.
 */
export class Machine {
  readonly cursor: Cursor;
  readonly setting: PickleSetting;
  readonly storages = new Map<string, StorageValue>();
  /** Offset of the opcode that is looked at. */
  offset: number;
  /** End of the frame it lies in; -1 outside of frames. */
  frameEnd = -1;
  /** As PROTO declared it. */
  protocol = 1;
  /** Bytes that stand in the stream and are no part of the pickle. */
  rawBytes = 0;
  readonly #options: WalkOptions;
  readonly #stack: Value[] = [];
  /** Heights of the stack at which marks lie. */
  readonly #marks: number[] = [];
  readonly #memo: (Value | undefined)[] = [];
  #memoized = 0;
  readonly #found = new Set<string>();

  constructor(cursor: Cursor, options: WalkOptions) {
    this.cursor = cursor;
    this.setting = options.setting;
    this.offset = cursor.offset;
    this.#options = options;
  }

  /** Adds a finding at the current opcode; the same about the same subject only once. */
  find(rule: string, detail: string, subject?: string): void {
    const key = `${rule} ${subject ?? detail}`;
    if (this.#found.has(key) || this.#found.size >= MAX_FINDINGS) return;
    this.#found.add(key);
    const place: FindingPlace = { offset: this.offset, subject };
    this.#options.context.find(rule, detail, place);
  }

  fail(detail: string): never {
    throw new Malformed('pickle.malformed', detail, { offset: this.offset });
  }

  overLimit(what: string): never {
    throw new Malformed('pickle.limit', `It has more than ${what}.`, { offset: this.offset });
  }

  push(value: Value): void {
    if (this.#stack.length >= pickleLimits.maxStack)
      this.overLimit(`${pickleLimits.maxStack} values at once`);
    this.#stack.push(value);
  }

  pop(): Value {
    if (this.#stack.length <= this.#fence) this.fail('It takes a value from an empty stack.');
    return this.#stack.pop() ?? null;
  }

  top(): Value {
    if (this.#stack.length <= this.#fence) this.fail('It looks at a value of an empty stack.');
    return this.#stack[this.#stack.length - 1] ?? null;
  }

  mark(): void {
    if (this.#marks.length >= pickleLimits.maxStack) this.overLimit(`${pickleLimits.maxStack} marks at once`);
    this.#marks.push(this.#stack.length);
  }

  /** Takes what lies above the last mark, and the mark. */
  popToMark(): Value[] {
    const mark = this.#marks.pop();
    if (mark === undefined) this.fail('It takes values from a mark that was not set.');
    return this.#stack.splice(mark);
  }

  /** POP takes a mark when that is what lies on top. */
  popValueOrMark(): void {
    if (this.#marks.length > 0 && this.#stack.length === this.#fence) this.#marks.pop();
    else this.pop();
  }

  /** Is the stack empty, without marks? */
  isEmpty(): boolean {
    return this.#stack.length === 0 && this.#marks.length === 0;
  }

  memoize(key: number = this.#memoized): void {
    if (key >= pickleLimits.maxMemo) this.overLimit(`${pickleLimits.maxMemo} remembered values`);
    if (this.#memo[key] === undefined) this.#memoized++;
    this.#memo[key] = this.top();
  }

  recall(key: number): void {
    const value = this.#memo[key];
    if (value === undefined) this.fail(`It recalls value ${key}, which it never remembered.`);
    this.push(value);
  }

  /** The next bytes as a bytes object's content. */
  bytes(length: number): Uint8Array {
    if (length > pickleLimits.maxBytes) this.overLimit(`${pickleLimits.maxBytes} bytes`);
    const bytes = this.cursor.bytes(length);
    if (length >= MIN_INSPECTED) this.#options.inspect(bytes, this.offset);
    return bytes;
  }

  text(length: number): string {
    if (length > pickleLimits.maxStringBytes) this.overLimit(`${pickleLimits.maxStringBytes} bytes of text`);
    return this.inspected(this.cursor.utf8(length));
  }

  /** The rest of the line, byte by byte as characters. */
  line(): string {
    const bytes = this.cursor.line(pickleLimits.maxStringBytes);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  }

  inspected(text: string): string {
    if (text.length >= MIN_INSPECTED) this.#options.inspect(text, this.offset);
    return text;
  }

  get #fence(): number {
    return this.#marks[this.#marks.length - 1] ?? 0;
  }
}

/** Nothing shorter can import anything. */
const MIN_INSPECTED = 10;
