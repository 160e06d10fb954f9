import { describe, expect, it } from 'vitest';
import { defaultLimits } from '#engine/scan/budget.ts';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { verdictOf } from '#engine/scan/verdict.ts';
import { effort } from '../../fixtures/effort.ts';
import { Random } from '../../fixtures/scan/random.ts';
import { rewriteOddly, rewritePlainly } from '../../fixtures/scan/rewriters.ts';
import { families } from '../../fixtures/scan/samples.ts';

const limits = { ...defaultLimits, maxSteps: 500_000, maxInflatedBytes: 8 * 1024 * 1024 };
const MAX_BYTES = 50_000;
const MAX_SECONDS = 10;
const MAX_GROWTH_BYTES = 400 * 1024 * 1024;

/** What lies in how a zip, a header or JSON is written does not outlive that it is written anew. */
const byWriting =
  /^(?:zip\.|file\.(?:polyglot|unidentified)|safetensors\.(?:leading-space|header$)|json\.malformed|gguf\.(?:header|layout)|torch\.legacy)/;
const small = families.map(({ family, benign, hostile }) => ({
  family,
  benign: benign.filter(({ bytes }) => bytes.length < MAX_BYTES),
  hostile: hostile.filter(({ bytes }) => bytes.length < MAX_BYTES),
}));

describe.each(small)('$family', ({ benign, hostile }) => {
  it('stays hostile when it is written another way', { timeout: 600_000 }, () => {
    for (const { name, file = name, bytes, rule } of hostile.filter((each) => !byWriting.test(each.rule))) {
      for (let seed = 0; seed < effort(4, 200); seed++) {
        const written = rewriteOddly(bytes, new Random(seed));
        const { findings } = scanFile(file, bytesSource(written), { extent: 'all', limits });
        const rules = findings.map((finding) => finding.rule);
        const what = `${name} (${rule}), seed ${seed}: ${rules.join(', ')}`;
        expect(verdictOf(findings), what).not.toBe('pass');
        expect(rules, what).not.toContain('scan.crashed');
      }
    }
  });

  it('never crashes a scanner, holds it up or fills the memory', { timeout: 600_000 }, () => {
    const samples = [...benign, ...hostile];
    const before = process.memoryUsage().rss;
    let growth = 0;
    for (let seed = 0; seed < effort(400, 20_000); seed++) {
      const random = new Random(seed);
      const { name, bytes } = random.pick(samples);
      const changed = changedBytes(bytes, random);
      const started = process.cpuUsage();
      const { findings } = scanFile(name, bytesSource(changed), { extent: 'all', limits });
      const { user, system } = process.cpuUsage(started);
      const crashes = findings.filter(({ rule }) => rule === 'scan.crashed');
      expect(crashes, `seed ${seed}: ${name}`).toEqual([]);
      expect((user + system) / 1e6, `seed ${seed}: ${name}`).toBeLessThan(MAX_SECONDS);
      if (seed % 100 === 0) growth = Math.max(growth, process.memoryUsage().rss - before);
    }
    expect(growth).toBeLessThan(MAX_GROWTH_BYTES);
  });
});

/** Some bytes changed, moved or put in, numbers made large, and perhaps the end cut off. */
function changedBytes(original: Uint8Array, random: Random): Uint8Array {
  const bytes = Buffer.from(original);
  for (let count = 1 + random.below(4); count > 0 && bytes.length > 0; count--) {
    const at = random.below(bytes.length);
    const kind = random.below(5);
    if (kind === 0) bytes[at] = random.below(256);
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    else if (kind === 2) bytes.copyWithin(at, random.below(bytes.length), random.below(bytes.length));
    else if (kind === 3)
      bytes.subarray(at, at + random.pick([1, 2, 4, 8])).fill(random.pick([0, 0x7f, 0x80, 0xff]));
    else bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xfe, 0xff]);
  }
  return random.below(4) === 0 ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
}

describe.each(small.filter(({ benign }) => benign.length > 0))('$family', ({ benign }) => {
  it('stays benign when it is written another way', { timeout: 600_000 }, () => {
    for (const { name, file = name, bytes, review } of benign) {
      for (let seed = 0; seed < effort(2, 50); seed++) {
        const written = rewritePlainly(bytes, new Random(seed));
        const { findings } = scanFile(file, bytesSource(written), { extent: 'all', limits });
        const expected = review === undefined ? 'pass' : 'review';
        expect(verdictOf(findings), `${name}, seed ${seed}: ${JSON.stringify(findings)}`).toBe(expected);
      }
    }
  });
});
