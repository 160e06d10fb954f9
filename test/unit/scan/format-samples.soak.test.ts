import { describe, expect, it } from 'vitest';
import { defaultLimits } from '#engine/scan/budget.ts';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { effort } from '../../fixtures/effort.ts';
import { benignKeras, hostileKeras } from '../../fixtures/scan/keras-files.ts';
import { Random } from '../../fixtures/scan/random.ts';
import { benignVocabularies, hostileVocabularies } from '../../fixtures/scan/vocabularies.ts';

const limits = { ...defaultLimits, maxSteps: 500_000 };
const samples = [...benignKeras, ...hostileKeras, ...benignVocabularies, ...hostileVocabularies];

describe('changed bytes of vocabularies and Keras files', () => {
  it('never crash a scanner, nor hold it up', { timeout: 600_000 }, () => {
    for (let seed = 0; seed < effort(2_000, 100_000); seed++) {
      const random = new Random(seed);
      const bytes = Uint8Array.from(random.pick(samples).bytes);
      for (let count = 1 + random.below(4); count > 0; count--) {
        bytes[random.below(bytes.length)] = random.pick([0, 1, 0x7f, 0xff, random.below(256)]);
      }
      const cut = random.below(4) === 0 ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
      const started = performance.now();
      const { findings } = scanFile('sample', bytesSource(cut), { extent: 'all', limits });
      expect(
        findings.filter(({ rule }) => rule === 'scan.crashed'),
        `seed ${seed}`,
      ).toEqual([]);
      expect(performance.now() - started, `seed ${seed}`).toBeLessThan(10_000);
    }
  });
});
