import type { ByteSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import { Malformed } from '../malformed.ts';
import { type Opcode, opcodes } from './opcodes.ts';

/** What an unpickler would do with some bytes before it fails on them. */
export interface Probed {
  /** It imports something, and goes on as a pickle would. */
  readonly imports: boolean;
  /** It calls what it imported. */
  readonly calls: boolean;
  /** It comes to STOP exactly at the end. */
  readonly complete: boolean;
  readonly opcodes: number;
}

/** What survives this many opcodes is no text and no number. */
const MAX_OPCODES = 50_000;

/**
 * Would an unpickler take these bytes, at least for a while? As lenient as the most lenient of them: what it says no to runs
 * nothing. Its bound is in opcodes, and what is not over by then counts as a pickle.
 */
export function probePickle(source: ByteSource, start = 0): Probed {
  const probe = new Probe(new Cursor(source, 'pickle.malformed', { start }));
  try {
    probe.run();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
  }
  return probe;
}

type Tag = 'global' | 'text' | 'other';

class Probe implements Probed {
  imports = false;
  calls = false;
  complete = false;
  opcodes = 0;
  readonly #cursor: Cursor;
  readonly #stack: Tag[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, Tag>();
  #justImported = false;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  run(): void {
    while (this.opcodes < MAX_OPCODES) {
      const opcode = opcodes[this.#cursor.u8()];
      if (opcode === undefined) return;
      if (this.#justImported) this.imports ||= followsImport(opcode);
      this.#justImported = false;
      this.opcodes++;
      if (opcode.name === 'STOP') {
        this.complete = this.#stack.length > 0 && this.#cursor.remaining === 0;
        return;
      }
      this.#step(opcode);
      if (this.calls) return;
    }
    this.imports = true;
    this.calls = true;
  }

  #step({ name }: Opcode): void {
    const effect = effects[name];
    if (effect === undefined) this.#special(name);
    else {
      for (let count = 0; count < effect.pops; count++) this.#pop();
      this.#argument(effect.argument);
      if (effect.pushes !== undefined) this.#push(effect.pushes);
    }
  }

  #special(name: string): void {
    const cursor = this.#cursor;
    switch (name) {
      case 'MARK':
        this.#marks.push(this.#stack.length);
        return;
      case 'POP_MARK':
        this.#popToMark();
        return;
      case 'TUPLE':
      case 'LIST':
      case 'DICT':
      case 'FROZENSET':
        this.#popToMark();
        this.#push('other');
        return;
      case 'APPENDS':
      case 'SETITEMS':
      case 'ADDITEMS':
        this.#popToMark();
        this.#top();
        return;
      case 'DUP':
        this.#push(this.#top());
        return;
      case 'POP':
        if (this.#marks.length > 0 && this.#stack.length === this.#marks.at(-1)) this.#marks.pop();
        else this.#pop();
        return;
      case 'GLOBAL':
        this.#import();
        return;
      case 'INST':
        this.#popToMark();
        this.#import();
        this.calls = true;
        return;
      case 'OBJ':
        this.calls = this.#popToMark().includes('global');
        this.#push('other');
        return;
      case 'STACK_GLOBAL':
        this.#pop();
        this.#pop();
        this.#push('global');
        this.imports = true;
        return;
      case 'REDUCE':
      case 'NEWOBJ':
      case 'NEWOBJ_EX':
        for (let count = name === 'NEWOBJ_EX' ? 2 : 1; count > 0; count--) this.#pop();
        this.calls = this.#pop() === 'global';
        this.#push('other');
        return;
      case 'BUILD':
        this.#pop();
        this.calls = this.#top() === 'global';
        return;
      case 'MEMOIZE':
        this.#memo.set(this.#memo.size, this.#top());
        return;
      case 'BINPUT':
        this.#memo.set(cursor.u8(), this.#top());
        return;
      case 'LONG_BINPUT':
        this.#memo.set(cursor.u32le(), this.#top());
        return;
      case 'BINGET':
        this.#recall(cursor.u8());
        return;
      case 'LONG_BINGET':
        this.#recall(cursor.u32le());
        return;
      case 'PUT':
        this.#memo.set(this.#memoKey(), this.#top());
        return;
      case 'GET':
        this.#recall(this.#memoKey());
        return;
      default:
        this.#cursor.fail(`${name} has no effect.`);
    }
  }

  #argument(argument: Argument | undefined): void {
    const cursor = this.#cursor;
    if (argument === undefined) return;
    if (typeof argument === 'number') cursor.skip(argument);
    else if (argument === 'length1') cursor.skip(cursor.u8());
    else if (argument === 'length4') cursor.skip(cursor.u32le());
    else if (argument === 'length8') cursor.skip(cursor.size64le());
    else if (argument === 'line') cursor.skipLine();
    else this.#lineLike(argument);
  }

  /** A line that holds about what the opcode takes; one that is too long to tell is taken. */
  #lineLike(pattern: RegExp): void {
    const text = this.#shortLine();
    if (text !== undefined && !pattern.test(text)) this.#cursor.fail('The line is no argument.');
  }

  #shortLine(): string | undefined {
    const cursor = this.#cursor;
    const start = cursor.offset;
    cursor.skipLine();
    const end = cursor.offset;
    if (end - start > 4_096) return undefined;
    cursor.seek(start);
    return Buffer.from(cursor.bytes(end - start))
      .toString('latin1')
      .slice(0, -1);
  }

  #memoKey(): number {
    const text = this.#shortLine();
    if (text !== undefined && !/^\s*[+-]?[\d_]+\s*$/.test(text)) this.#cursor.fail('The line is no key.');
    return Number(text);
  }

  #import(): void {
    for (const line of [this.#shortLine(), this.#shortLine()]) {
      if (line === undefined || !/^[\w.\x80-\xff-]+$/.test(line)) this.#cursor.fail('The line is no name.');
    }
    this.#push('global');
    this.#justImported = true;
  }

  #recall(key: number): void {
    this.#push(this.#memo.get(key) ?? this.#cursor.fail('There is no such value.'));
  }

  #push(tag: Tag): void {
    this.#stack.push(tag);
  }

  #pop(): Tag {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) this.#cursor.fail('The stack is empty.');
    return this.#stack.pop() ?? 'other';
  }

  #top(): Tag {
    const tag = this.#pop();
    this.#push(tag);
    return tag;
  }

  #popToMark(): Tag[] {
    const mark = this.#marks.pop();
    return mark === undefined ? this.#cursor.fail('There is no mark.') : this.#stack.splice(mark);
  }
}

/** Bytes that have to follow a global for a text like a word list not to be taken for a pickle: tuples, marks, memo. */
function followsImport({ code, name }: Opcode): boolean {
  return code >= 0x80 || '()]}'.includes(String.fromCharCode(code)) || /PUT|REDUCE|BUILD|STOP|POP/.test(name);
}

/** A fixed number of bytes, a length with that many bytes after it, a line, or a line of that look. */
type Argument = number | 'length1' | 'length4' | 'length8' | 'line' | RegExp;

interface Effect {
  readonly pops: number;
  readonly argument?: Argument;
  readonly pushes?: Tag;
}

const pushing = (argument?: Argument, pushes: Tag = 'other'): Effect =>
  argument === undefined ? { pops: 0, pushes } : { pops: 0, argument, pushes };

const effects: Readonly<Record<string, Effect>> = {
  NONE: pushing(),
  NEWTRUE: pushing(),
  NEWFALSE: pushing(),
  INT: pushing(/^\s*[+-]?\d/),
  LONG: pushing(/^\s*[+-]?\d/),
  FLOAT: pushing(/^\s*[+-]?(\d|\.|inf|nan)/i),
  BININT: pushing(4),
  BININT1: pushing(1),
  BININT2: pushing(2),
  LONG1: pushing('length1'),
  LONG4: pushing('length4'),
  BINFLOAT: pushing(8),
  STRING: pushing(/^\s*(['"])[^]*\1\s*$/, 'text'),
  BINSTRING: pushing('length4', 'text'),
  SHORT_BINSTRING: pushing('length1', 'text'),
  UNICODE: pushing('line', 'text'),
  SHORT_BINUNICODE: pushing('length1', 'text'),
  BINUNICODE: pushing('length4', 'text'),
  BINUNICODE8: pushing('length8', 'text'),
  BINBYTES: pushing('length4'),
  SHORT_BINBYTES: pushing('length1'),
  BINBYTES8: pushing('length8'),
  BYTEARRAY8: pushing('length8'),
  EMPTY_TUPLE: pushing(),
  EMPTY_LIST: pushing(),
  EMPTY_DICT: pushing(),
  EMPTY_SET: pushing(),
  TUPLE1: { pops: 1, pushes: 'other' },
  TUPLE2: { pops: 2, pushes: 'other' },
  TUPLE3: { pops: 3, pushes: 'other' },
  APPEND: { pops: 2, pushes: 'other' },
  SETITEM: { pops: 3, pushes: 'other' },
  EXT1: pushing(1, 'global'),
  EXT2: pushing(2, 'global'),
  EXT4: pushing(4, 'global'),
  PERSID: pushing('line'),
  BINPERSID: { pops: 1, pushes: 'other' },
  PROTO: { pops: 0, argument: 1 },
  FRAME: { pops: 0, argument: 8 },
  NEXT_BUFFER: pushing(),
  READONLY_BUFFER: { pops: 0 },
};
