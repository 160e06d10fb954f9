import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Benchmark } from './lib/bench.ts';
import { MIB } from './lib/files.ts';
import { median, race } from './lib/measure.ts';
import { formatSeconds } from './lib/report.ts';
import { makeSignedFolder } from './lib/signed-folder.ts';

const FILES = 20;
const HELD = FILES - 1;

/**
 * Import of a signed release of which 95 % is held already, against import of the remaining twentieth alone: what is held and
 * stated by a signature that counts is not read again.
 */
export const heldBench: Benchmark = {
  name: 'held',
  bytesNeeded: ({ importBytes }) => 2 * importBytes + 256 * MIB,
  async run({ settings, folder, engine }) {
    const { importBytes, rounds } = settings;
    const fileBytes = MIB * Math.floor(importBytes / MIB / FILES);
    const { model, key, files } = await makeSignedFolder(join(folder, 'model'), fileBytes, FILES);
    const source = engine.locate(key);
    const [candidate] = await engine.engine.call('anchors.inspect', { source });
    const fingerprint = candidate?.fingerprint ?? '';
    await engine.engine.call('anchors.add', { source, fingerprint, owner: 'Vendor', models: ['*'] });
    const parts = { held: join(folder, 'held'), rest: join(folder, 'rest') };
    for (const part of Object.values(parts)) mkdirSync(part);
    files.forEach((file, n) => {
      copyFileSync(file, join(n < HELD ? parts.held : parts.rest, basename(file)));
    });
    await engine.publish(await engine.import(parts.held, 'bench-held', '1.0.0'));

    let importId = '';
    const importing = (from: string) => async (round: number) => {
      importId = await engine.import(from, 'bench-held', `2.0.${round}`);
    };
    const undo = () => engine.reject(importId);
    const seconds = await race(
      [
        { name: 'whole', warm: files, run: importing(model), undo },
        { name: 'rest', warm: files, run: importing(parts.rest), undo },
      ],
      rounds,
    );
    const [whole, rest] = [seconds.get('whole') ?? [], seconds.get('rest') ?? []];
    const ratio = median(whole) / median(rest);
    const size = `${((FILES * fileBytes) / MIB / 1024).toFixed(2)} GiB`;
    return {
      title: `held: a signed release of ${size} in ${FILES} files of which ${HELD} are held`,
      figures: [
        {
          what: `import of ${size}, 95 % held / import of the other 5 % alone`,
          reached: `${ratio.toFixed(2)}x`,
          aim: '<= 1.5x',
          met: ratio <= 1.5,
          details: [
            `all ${FILES} files       ${formatSeconds(whole, median(whole))}`,
            `the new file only  ${formatSeconds(rest, median(rest))}`,
          ],
        },
      ],
      limits: ['beside the new file: the signature, the evidence and the scan of what is new'],
    };
  },
};
