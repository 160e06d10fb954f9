import { expect, it } from 'vitest';
import { findEntries, type GoToEntry } from '#renderer/app/go-to-entries.ts';

const entry = (name: string, kind: string): GoToEntry => ({ id: name, name, kind, go: () => undefined });
const entries = [
  entry('Models', 'releases and channels'),
  entry('silero-vad@5.0.0', 'release'),
  entry('silero-vad@6.0.0', 'release'),
  entry('gpu-01', 'server'),
];
const names = (text: string) => findEntries(entries, text).map(({ name }) => name);

it('finds by every word, what begins with the text first', () => {
  expect(names('silero 6')).toEqual(['silero-vad@6.0.0']);
  expect(names('gpu')).toEqual(['gpu-01']);
  expect(names('release')).toEqual(['Models', 'silero-vad@5.0.0', 'silero-vad@6.0.0']);
  expect(names('nothing')).toEqual([]);
  expect(names('')).toHaveLength(4);
});
