import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { needsProgram } from '../../fixtures/needs.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

function scan(name: string, bytes: Uint8Array) {
  const { format, findings } = scanFile(name, bytesSource(bytes), { extent: 'all' });
  return { format, rules: findings.map(({ rule }) => rule) };
}

const minisign = Buffer.from(
  `untrusted comment: signature\n${'RUQ'.padEnd(100, 'a')}\ntrusted comment: timestamp:1\n${'b'.repeat(88)}\n`,
);

describe('detached signatures', () => {
  it('of minisign and signify are known by their lines', () => {
    expect(scan('model.onnx.minisig', minisign)).toEqual({ format: 'signature', rules: [] });
    const signify = minisign.subarray(0, minisign.indexOf('\ntrusted') + 1);
    expect(scan('weights', signify).format).toBe('signature');
  });

  it('with anything beside them are not', () => {
    for (const bytes of [Buffer.concat([minisign, Buffer.from('cos\nsystem\n')]), minisign.subarray(0, 30)]) {
      expect(scan('model.onnx.minisig', bytes).rules).toContain('file.unidentified');
    }
  });

  it('of gpg are known by their packets, which fill the file', { timeout: 60_000 }, (context) => {
    needsProgram(context, 'gpg');
    const home = path.join(temporaryFolder(), 'g');
    mkdirSync(home, { mode: 0o700 });
    const file = path.join(home, 'x');
    writeFileSync(file, 'weights');
    const gpg = (...args: string[]) =>
      execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--passphrase', '', ...args], {
        stdio: 'ignore',
      });
    gpg('--quick-gen-key', 'a@example.org', 'ed25519', 'sign', 'never');
    gpg('--detach-sign', '--output', `${file}.sig`, file);
    const bytes = readFileSync(`${file}.sig`);
    expect(scan('x.sig', bytes)).toEqual({ format: 'signature', rules: [] });
    for (const bad of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from([0x80])])]) {
      expect(scan('x.sig', bad).rules).toContain('file.unidentified');
    }
  });
});
