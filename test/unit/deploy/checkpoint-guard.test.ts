import { describe, expect, it } from 'vitest';
import {
  mergeNotes,
  refuseRewoundLog,
  splitNotes,
  type WitnessedLog,
} from '#engine/deploy/checkpoint-guard.ts';

const root = (byte: number) => Buffer.alloc(32, byte);
const note = (origin: string, size: number, byte: number) =>
  `${origin}\n${size}\n${root(byte).toString('base64')}\n\n\u2014 ${origin} AAAAAAAA\n`;

/** A log whose root at size n is n repeated. */
const logOf = (size: number): WitnessedLog => ({
  origin: 'site-log',
  head: () => ({ size, checkpoint: size === 0 ? null : note('site-log', size, size) }),
  rootAt: (at) => (at <= size ? root(at).toString('hex') : null),
});
const broken = expect.objectContaining({ code: 'AUDIT-BROKEN' }) as Error;

describe('refuseRewoundLog', () => {
  it('accepts what the server saw as long as it is still in the log', () => {
    expect(() => refuseRewoundLog('gpu-01', '', logOf(3))).not.toThrow();
    expect(() => refuseRewoundLog('gpu-01', note('site-log', 3, 3), logOf(3))).not.toThrow();
    expect(() => refuseRewoundLog('gpu-01', note('site-log', 2, 2), logOf(9))).not.toThrow();
  });

  it('refuses a log that is shorter than the server saw', () => {
    expect(() => refuseRewoundLog('gpu-01', note('site-log', 5, 5), logOf(3))).toThrow(broken);
  });

  it('refuses a log that is as long or longer, and another', () => {
    expect(() => refuseRewoundLog('gpu-01', note('site-log', 3, 9), logOf(3))).toThrow(broken);
    expect(() => refuseRewoundLog('gpu-01', note('site-log', 2, 9), logOf(5))).toThrow(broken);
  });

  it('does not judge the logs of others', () => {
    expect(() => refuseRewoundLog('gpu-01', note('other-log', 50, 1), logOf(3))).not.toThrow();
  });

  it('finds its own among those of others', () => {
    const notes = note('other-log', 50, 1) + note('site-log', 5, 5) + note('third-log', 7, 7);
    expect(splitNotes(notes).map((each) => each.origin)).toEqual(['other-log', 'site-log', 'third-log']);
    expect(() => refuseRewoundLog('gpu-01', notes, logOf(3))).toThrow(broken);
  });
});

describe('mergeNotes', () => {
  it('replaces its own note and keeps those of others', () => {
    const notes = note('other-log', 50, 1) + note('site-log', 2, 2);
    expect(mergeNotes(notes, logOf(4))).toBe(note('other-log', 50, 1) + note('site-log', 4, 4));
    expect(mergeNotes('', logOf(4))).toBe(note('site-log', 4, 4));
    expect(mergeNotes('garbage\n', logOf(0))).toBe('');
  });
});
