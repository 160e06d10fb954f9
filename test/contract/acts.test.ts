import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { knownActs } from '../../renderer/features/activity/audit-sentence.ts';

const engine = fileURLToPath(new URL('../../electron/engine', import.meta.url));
/** As the engine writes them: `act: 'channel.pin'`, `actOn('anchor.add', …`, `? 'release.revoke' : 'release.deprecate'`. */
const written = /(?:\bact: |actOn\()(?:[^',\n]*'[a-z]+' \? '([a-z]+\.[a-z-]+)' : )?'([a-z]+\.[a-z-]+)'/g;
/** Put together from a word: deploy-record.ts. */
const composed = [
  ...['push', 'activate', 'rollback', 'fixity'].map((kind) => `deploy.${kind}`),
  ...['activate', 'rollback'].map((kind) => `deploy.${kind}-begun`),
];

test('every act the engine puts on record has a sentence, and every sentence an act', () => {
  const files = globSync('{calls/**/*.ts,*.ts}', { cwd: engine });
  const found = files.flatMap((file) => {
    const matches = readFileSync(`${engine}/${file}`, 'utf8').matchAll(written);
    return [...matches].flatMap((match) => [match[1] ?? [], match[2] ?? []].flat());
  });
  const acts = new Set([...found, ...composed]);
  expect([...acts].sort()).toEqual([...knownActs].sort());
});
