import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkReceivedSignature } from '#engine/calls/trust/release-signatures.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { createSet, importSet, openTwoSites, publish, toyFiles } from '../../fixtures/two-sites.ts';

const release = { model: 'toy', version: '1.0.0' };

function newEcKey(): string {
  const key = path.join(temporaryFolder(), 'key.pem');
  execFileSync('openssl', ['ecparam', '-name', 'secp384r1', '-genkey', '-noout', '-out', key]);
  return key;
}

describe('signatures that a release keeps', () => {
  it('travel with it as OCI referrers, and are verified on the other side by the keys that count there', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(2000));
    const what = { kind: 'release' as const, release };
    for (const format of ['dsse', 'sshsig'] as const)
      await vendor.engine.call('sign.create', { what, key: { kind: 'person' }, format });
    const source = vendor.locate(newEcKey());
    await vendor.engine.call('sign.create', { what, key: { kind: 'file', source }, format: 'oms' });
    const here = await vendor.engine.call('signatures.list', { of: { release } });
    expect(here.map(({ format, transferSet }) => [format, transferSet])).toEqual([
      ['dsse', null],
      ['sshsig', null],
      ['oms', null],
    ]);
    expect(here[0]?.report).toMatchObject({ signer: { anchor: { owner: 'packer, of this site' } } });
    expect((await vendor.engine.call('audit.verify', {})).ok).toBe(true);

    const { folders, result } = await createSet(vendor, ['toy@1.0.0']);
    const [folder = ''] = folders;
    const blobs = readdirSync(path.join(folder, 'blobs/sha256')).map((name) =>
      path.join(folder, 'blobs/sha256', name),
    );
    const referrers = blobs
      .filter((file) => statSync(file).size < 2000)
      .map((file) => readFileSync(file, 'utf8'))
      .filter((text) => text.includes('"subject":{"digest"'));
    expect(referrers).toHaveLength(3);

    const { imports } = await importSet(facility, folder);
    const [id = ''] = imports;
    const of = { import: id };
    const there = await facility.engine.call('signatures.list', { of });
    expect(
      there.map(({ format, report, transferSet }) => [format, report.signature, report.verdict, transferSet]),
    ).toEqual([
      ['dsse', 'valid', 'verified', result.setId],
      ['sshsig', 'valid', 'verified', result.setId],
      ['oms', 'invalid', 'failed', result.setId],
    ]);
    const detail = await facility.engine.call('imports.get', { id });
    const brought = detail.evidence?.checks.filter(({ id: check }) => check === 'release.signature');
    expect(brought?.map(({ status }) => status)).toEqual(['verified', 'verified', 'warning']);
    await facility.engine.call('imports.publish', { id, acceptReview: { reason: 'seen' } });
    expect(await facility.engine.call('signatures.list', { of: { release } })).toHaveLength(3);
    expect((await facility.engine.call('audit.verify', {})).ok).toBe(true);
  });

  it('are fatal when one is invalid, and nothing when nobody here knows the key', async () => {
    const { vendor } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(2000));
    const what = { kind: 'release' as const, release };
    const source = vendor.locate(newEcKey());
    await vendor.engine.call('sign.create', { what, key: { kind: 'file', source }, format: 'oms' });
    const [signature] = await vendor.engine.call('signatures.list', { of: { release } });
    if (signature === undefined) throw new Error('it was signed');
    const { report } = signature;
    expect(report.checks).toContainEqual(expect.objectContaining({ code: 'SIGNER-UNKNOWN' }));
    expect(checkReceivedSignature('toy@1.0.0', 'oms', report).status).toBe('warning');
    const spoiled = { id: 'identity', status: 'not-checked' as const };
    const broken = { ...report, checks: [...report.checks, spoiled] };
    expect(checkReceivedSignature('toy@1.0.0', 'oms', broken)).toMatchObject({
      status: 'failed',
      code: 'SIGNATURE-INVALID',
    });
  });
});
