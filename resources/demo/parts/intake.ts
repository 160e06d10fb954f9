import { expectSame, type Ledger } from '../ledger.ts';
import { demoPath } from '../paths.ts';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Site } from '../site.ts';

interface Report {
  readonly verdict: string;
  readonly signature: string;
  readonly files: { readonly listed: number; readonly verified: number };
}

/** Takes another site's public key as an anchor, with the fingerprint its owner told. */
export function acceptKey(site: Site, other: Site, person: string, models: string): void {
  const key = other.run<{ publicKeyLine: string; fingerprint: string }>('keys', 'export', person);
  const file = path.join(demoPath('handed-over'), `${person}.pub`);
  writeFileSync(file, `${key.publicKeyLine}\n`);
  site.run('anchors', 'add', file, '--fingerprint', key.fingerprint, '--owner', person, '--models', models);
}

/** Brings a set in and publishes what it holds. */
export function takeIn(site: Site, volume: string): { manifestDigest: string } {
  const { imports } = site.run<{ imports: string[] }>('bundle', 'import', volume);
  const [id = ''] = imports;
  return site.run<{ manifestDigest: string }>('publish', id);
}

/** Part 2: anchor, verification, quarantine, publication, pin. */
export async function intakePart(ledger: Ledger, packer: Site, site: Site, volume: string): Promise<void> {
  ledger.part('2 The site takes it in');
  await ledger.step('the site names itself', () => site.run('site', 'demo-site'));
  await ledger.step('before the anchor exists, the set is refused', () => {
    expectSame('exit code', 1, site.attempt('verify', volume).code);
  });
  await ledger.step("the packer's key becomes an anchor for silero-*", () =>
    acceptKey(site, packer, 'packer', 'silero-*'),
  );
  const report = await ledger.step('the set verifies in place', () => {
    const found = site.run<Report>('verify', volume);
    expectSame('verdict and signature', ['verified', 'valid'], [found.verdict, found.signature]);
    return found;
  });
  const release = await ledger.step('it goes through quarantine and is published', () =>
    takeIn(site, volume),
  );
  await ledger.step('silero-vad 5.0.0 is pinned to production', () =>
    site.run('pin', 'silero-vad', 'production', '5.0.0', '--reason', 'first release'),
  );
  ledger.proven('every listed file is as signed', `${report.files.verified} of ${report.files.listed}`);
  ledger.proven('silero-vad@5.0.0 is a release', release.manifestDigest);
}
