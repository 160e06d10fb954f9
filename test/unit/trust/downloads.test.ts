import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { gitBlobName } from '#engine/trust/formats/huggingface.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';

const weights = Buffer.from('weights');
const config = Buffer.from('{}\n');
const note = (etag: string) => `${'c'.repeat(40)}\n${etag}\n1760000000.5\n`;
const notes = '.cache/huggingface/download';
const whole = {
  'model.bin': weights,
  'config.json': config,
  [`${notes}/model.bin.metadata`]: note(createHash('sha256').update(weights).digest('hex')),
  [`${notes}/config.json.metadata`]: note(gitBlobName(config)),
};

async function downloadChecks(files: Record<string, Uint8Array | string>) {
  const report = await verifyFolder(new MemoryFolder(files), {
    anchors: [],
    at: new Date('2026-11-24T00:00:00.000Z'),
  });
  return { report, checks: report.checks.filter(({ id }) => id === 'files.download') };
}

describe("notes of Hugging Face's downloader", () => {
  it('show that a download is whole, say that they are no signature, and verify nothing', async () => {
    const { report, checks } = await downloadChecks(whole);
    expect(checks).toMatchObject([{ status: 'verified', found: 'commit cccccccccccc' }]);
    expect(checks[0]?.detail).toContain('no signature');
    expect(report).toMatchObject({ verdict: 'not-checked', signature: 'absent' });
  });

  it('name git blobs as git does', () => {
    // `printf '' | git hash-object --stdin`
    expect(gitBlobName(new Uint8Array(0))).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
  });

  it.each(['model.bin', 'config.json'])('name %s when it is not what was served', async (path) => {
    const { report, checks } = await downloadChecks({ ...whole, [path]: 'changed' });
    expect(checks).toMatchObject([{ status: 'failed', code: 'DIGEST-MISMATCH', path }]);
    expect(report.verdict).toBe('failed');
  });

  it('are refused when they are malformed, and pass over what was not kept', async () => {
    const path = `${notes}/model.bin.metadata`;
    const malformed = await downloadChecks({ ...whole, [path]: note('W/"weak"') });
    expect(malformed.checks).toMatchObject([{ status: 'failed', code: 'FORMAT-INVALID', path }]);
    const { 'config.json': _, ...fewer } = whole;
    expect((await downloadChecks(fewer)).checks).toMatchObject([{ status: 'verified' }]);
  });
});
