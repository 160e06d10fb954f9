import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Signer } from '#engine/core/signer.ts';
import { signSshsig } from '#engine/trust/sshsig.ts';
import { opensshLine } from '#engine/trust/openssh-key.ts';
import { allowUnknownFormats } from '../../fixtures/lenient-policy.ts';
import { newSigner } from '../../fixtures/signing.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';
import { openSite } from '../../fixtures/two-sites.ts';

const failsWith = (code: string) => expect.objectContaining({ code }) as Error;
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

/** A folder of one model, its list signed by all these. */
function signedModel(...signers: readonly Signer[]): string {
  const folder = path.join(temporaryFolder(), 'model');
  mkdirSync(folder);
  const sums = `${sha256('weights')}  model.onnx\n`;
  writeFileSync(path.join(folder, 'model.onnx'), 'weights');
  writeFileSync(path.join(folder, 'SHA256SUMS'), sums);
  signers.forEach((signer, n) => {
    const signature = signSshsig(new TextEncoder().encode(sums), 'file', signer);
    writeFileSync(path.join(folder, n === 0 ? 'SHA256SUMS.sig' : 'SHA256SUMS.asc'), signature);
  });
  return folder;
}

async function trust(test: TestEngine, signer: Signer, owner: string) {
  const file = path.join(temporaryFolder(), 'key.pub');
  writeFileSync(file, opensshLine(signer.publicKey, owner));
  const { fingerprint } = signer;
  const source = test.locate(file);
  return test.engine.call('anchors.add', { source, fingerprint, owner, models: ['*'] });
}

async function bringIn(test: TestEngine, folder: string): Promise<string> {
  const source = test.locate(folder);
  const started = await test.engine.call('imports.start', { source, model: 'silero-vad', version: '1.0.0' });
  return (await test.finish('import', started)).importId;
}

describe('an import by an unknown signer', () => {
  it('is judged again, without its medium, once an anchor is there', async () => {
    const test = await openTestEngine();
    const vendor = newSigner('vendor');
    const id = await bringIn(test, signedModel(vendor));
    await expect(test.engine.call('imports.publish', { id })).rejects.toThrow(failsWith('POLICY-REFUSED'));
    await trust(test, vendor, 'Vendor');
    const detail = await test.engine.call('imports.recheck', { id });
    expect(detail.evidence).toMatchObject({ signature: 'valid', signer: { anchor: { owner: 'Vendor' } } });
    // The bytes mean nothing to any scanner, and that is all that is left against them.
    const against = detail.evidence?.checks.filter(({ status }) => status === 'failed') ?? [];
    expect(new Set(against.map(({ id }) => id.split('.')[0]))).toEqual(new Set(['scan']));
    expect((await test.engine.call('audit.verify', {})).ok).toBe(true);
  });
});

describe('a revoked digest', () => {
  it('shows what it hits, stops publishing and pinning, and is found by verify', async () => {
    const test = await openTestEngine();
    await allowUnknownFormats(test);
    const vendor = newSigner('vendor');
    await trust(test, vendor, 'Vendor');
    const folder = signedModel(vendor);
    const id = await bringIn(test, folder);
    const value = `sha256:${sha256('weights')}`;
    const revoked = await test.engine.call('trust.revocations.add', {
      kind: 'digest',
      value,
      reason: 'backdoor',
    });
    expect(revoked.affects).toMatchObject({ releases: [], imports: [{ id }] });
    await expect(
      test.engine.call('imports.publish', { id, acceptReview: { reason: 'seen' } }),
    ).rejects.toThrow(failsWith('POLICY-REFUSED'));
    const started = await test.engine.call('verify.start', { sources: [test.locate(folder)] });
    const report = await test.finish('verify', started);
    expect(report.checks).toContainEqual(
      expect.objectContaining({ id: 'revocation', code: 'DIGEST-REVOKED', path: 'model.onnx' }),
    );
    await test.engine.call('trust.revocations.lift', { id: revoked.id, reason: 'a false alarm' });
    await test.engine.call('imports.publish', { id, acceptReview: { reason: 'seen' } });
    const pin = { model: 'silero-vad', channel: 'production', version: '1.0.0', reason: 'first' };
    await test.engine.call('channels.pin', pin);
    const again = await test.engine.call('trust.revocations.add', {
      kind: 'digest',
      value,
      reason: 'backdoor',
    });
    expect(again.affects).toMatchObject({
      releases: [{ model: 'silero-vad', version: '1.0.0', path: 'model.onnx' }],
      channels: [{ channel: 'production' }],
    });
    await expect(test.engine.call('channels.pin', pin)).rejects.toThrow(failsWith('DIGEST-REVOKED'));
    expect((await test.engine.call('audit.verify', {})).ok).toBe(true);
  });
});

describe('the policy of signers', () => {
  it('asks for distinct owners, at import and when publishing', async () => {
    const test = await openTestEngine();
    const vendor = newSigner('vendor');
    await trust(test, vendor, 'Vendor');
    const { policy } = await test.engine.call('trust.policy.get', {});
    const signers = [{ models: ['silero-*'], required: 2, owners: [], formats: [] }];
    await test.engine.call('trust.policy.set', {
      policy: { ...policy, signers },
      reason: 'two pairs of eyes',
    });
    const id = await bringIn(test, signedModel(vendor));
    const detail = await test.engine.call('imports.get', { id });
    expect(detail).toMatchObject({ verdict: 'failed', decision: { allowed: false } });
    expect(detail.evidence?.checks).toContainEqual(
      expect.objectContaining({ id: 'policy.signers', code: 'SIGNERS-TOO-FEW', found: '1: Vendor' }),
    );
  });
});

describe('a signature that does not hold', () => {
  it('can be waived for that release, and for no other', async () => {
    const test = await openSite('facility', 'officer');
    await allowUnknownFormats(test);
    const vendor = newSigner('vendor');
    await trust(test, vendor, 'Vendor');
    const folder = signedModel(vendor);
    writeFileSync(path.join(folder, 'model.onnx.sig'), signSshsig(Buffer.from('other'), 'file', vendor));
    const id = await bringIn(test, folder);
    const before = await test.engine.call('imports.get', { id });
    expect(before).toMatchObject({ evidence: { signature: 'invalid' }, decision: { allowed: false } });
    const waive = (subject: string) =>
      test.engine.call('waivers.add', {
        subject,
        rule: 'signature',
        object: 'silero-vad@1.0.0',
        reason: 'the vendor withdrew that signature',
      });
    await waive(`sha256:${'0'.repeat(64)}`);
    expect((await test.engine.call('imports.get', { id })).decision.reasons).toContainEqual(
      expect.objectContaining({ id: 'signature', status: 'failed', code: 'SIGNATURE-INVALID' }),
    );
    await waive(before.manifestDigest ?? '');
    const after = await test.engine.call('imports.get', { id });
    expect(after.evidence?.signature).toBe('invalid');
    expect(after.decision.reasons.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(after.decision.reasons).toContainEqual(
      expect.objectContaining({ id: 'signature', status: 'warning', code: 'SIGNATURE-INVALID' }),
    );
  });
});
