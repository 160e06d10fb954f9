import { Malformed } from './malformed.ts';
import type { ProtoField, ProtoMessage, ProtoReader } from './protobuf.ts';

/** Which fields a message may have, and how each is written. `numbers` are varints, one by one or packed. */
export type ProtoShape = Readonly<Record<number, ProtoField['wire'] | 'numbers'>>;

/** The same wire for several fields. */
export function fieldsOf(wire: ProtoShape[number], numbers: readonly number[]): ProtoShape {
  return Object.fromEntries(numbers.map((number) => [number, wire]));
}

/** A message that has the fields of its shape and no other. Throws Malformed of `rule`; `what` names the message. */
export function readShaped(
  reader: ProtoReader,
  range: { readonly start: number; readonly end: number },
  { shape, rule, what }: { readonly shape: ProtoShape; readonly rule: string; readonly what: string },
): ProtoMessage {
  const message = reader.message(range);
  for (const number of message.numbers()) {
    const expected = shape[number];
    const isExpected = ({ wire }: ProtoField) =>
      wire === expected || (expected === 'numbers' && (wire === 'varint' || wire === 'bytes'));
    const odd = message.all(number).find((field) => !isExpected(field));
    if (odd === undefined) continue;
    const detail =
      expected === undefined
        ? `has a field ${number}, which is not known`
        : `has another type in field ${number}`;
    throw new Malformed(rule, `${what} ${detail}.`, { offset: odd.start });
  }
  return message;
}
