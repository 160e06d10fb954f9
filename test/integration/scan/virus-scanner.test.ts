import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { clamAv } from '#engine/core/ports/virus-scanner.ts';
import { needsProgram } from '../../fixtures/needs.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const signal = new AbortController().signal;
const marked = 'bytes that the list of signatures names';

function layOut() {
  const root = temporaryFolder();
  const [signatures, good, bad] = ['signatures', 'good', 'bad'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [signatures, good, bad]) mkdirSync(folder);
  const md5 = createHash('md5').update(marked).digest('hex');
  writeFileSync(path.join(signatures, 'ours.hdb'), `${md5}:${marked.length}:Sallyport.Test\n`);
  writeFileSync(path.join(good, 'a'), 'nothing of the kind');
  writeFileSync(path.join(bad, 'a'), marked);
  return { signatures, good, bad };
}

describe('the virus scanner', () => {
  it('that is not there says nothing', async () => {
    const { good } = layOut();
    expect(await clamAv({ folders: [temporaryFolder()] }).scan(good, signal)).toBeNull();
  });

  it('clamscan recognises what its signatures name', { timeout: 60_000 }, async (context) => {
    needsProgram(context, 'clamscan');
    const { signatures, good, bad } = layOut();
    const scanner = clamAv({ signatures });
    expect(await scanner.scan(good, signal)).toMatchObject({ tool: 'ClamAV (clamscan)', outcome: 'clean' });
    const result = await scanner.scan(bad, signal);
    expect(result).toMatchObject({ outcome: 'infected' });
    expect(result?.detail).toContain('Sallyport.Test');
    expect(result?.version).toMatch(/^\d+\./);
  });

  it('without any signatures counts as absent', async (context) => {
    needsProgram(context, 'clamscan');
    const { good } = layOut();
    const none = temporaryFolder();
    expect(await clamAv({ signatures: none }).scan(good, signal)).toBeNull();
  });
});
