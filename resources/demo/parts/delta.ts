import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { RunningSshd } from '../../../test/fixtures/sshd.ts';
import { expectSame, expectThat, type Ledger } from '../ledger.ts';
import { demoPath } from '../paths.ts';
import type { Site } from '../site.ts';
import { compareOnServer, type Outcome, server } from './fleet.ts';
import { acceptKey, takeIn } from './intake.ts';
import { packRelease } from './pack.ts';

interface WrittenSet {
  readonly payloadBytes: number;
  readonly bytesLeftOut: number;
}

interface Diff {
  readonly newBytes: number;
}

/** Part 4: a delta against a receipt, canary, promotion, rollback. */
export async function deltaPart(ledger: Ledger, packer: Site, site: Site, sshd: RunningSshd): Promise<void> {
  ledger.part('4 The next version arrives as a delta, is promoted and rolled back');
  const back = demoPath('volume-back');
  const volume = demoPath('volume-B');
  await ledger.step('the site writes a signed receipt', () => {
    site.run('keys', 'create', 'operator');
    site.run('receipt', 'create', '--out', back, '--as', 'operator');
  });
  await ledger.step('the packer knows the key that signed it', () =>
    acceptKey(packer, site, 'operator', '*'),
  );
  const set = await ledger.step('6.0.0 is packed as a delta against the receipt', () => {
    packRelease(packer, '6.0.0');
    const receipt = path.join(back, readdirSync(back)[0] ?? '');
    const create = [
      'bundle',
      'create',
      'silero-vad@6.0.0',
      '--out',
      volume,
      '--since',
      receipt,
      '--as',
      'packer',
    ];
    return packer.run<WrittenSet>(...create);
  });
  expectThat('the delta leaves out what the site holds', set.bytesLeftOut > 0);
  const release = await ledger.step('the site takes it in', () => takeIn(site, volume));

  const { newBytes } = site.run<Diff>('diff', 'silero-vad@5.0.0', 'silero-vad@6.0.0');
  const pushed = await ledger.step('6.0.0 is pushed: only new bytes travel', () => {
    const outcome = site.run<Outcome>('push', 'silero-vad@6.0.0', '--to', server);
    expectThat('only new bytes were sent', (outcome.servers[0]?.bytesSent ?? 0) >= newBytes);
    expectThat('nothing held was sent', (outcome.servers[0]?.bytesSent ?? Infinity) < newBytes + 65_536);
    return outcome;
  });
  for (const channel of ['canary', 'production']) {
    await ledger.step(`6.0.0 is pinned to ${channel} and goes live there`, () => {
      site.run('pin', 'silero-vad', channel, '6.0.0', '--reason', `${channel} of 6.0.0`);
      site.run('activate', 'silero-vad', channel, '--to', server);
      compareOnServer(site, sshd, channel, '6.0.0');
    });
  }
  const rolledBack = await ledger.step('production is rolled back to 5.0.0', () => {
    const outcome = site.run<Outcome>(
      'rollback',
      'silero-vad',
      'production',
      '--to',
      server,
      '--reason',
      'a trial of the way back',
    );
    expectSame(
      'bytes sent and what is live',
      [0, '5.0.0'],
      [outcome.servers[0]?.bytesSent, outcome.servers[0]?.live?.version],
    );
    compareOnServer(site, sshd, 'production', '5.0.0');
    return outcome;
  });
  ledger.proven('silero-vad@6.0.0 is a release', release.manifestDigest);
  ledger.proven(
    'the delta left out what the site held',
    `${set.bytesLeftOut} of ${set.bytesLeftOut + set.payloadBytes} bytes`,
  );
  ledger.proven('only new bytes were pushed', `${pushed.servers[0]?.bytesSent} bytes`);
  ledger.proven('rollback transferred nothing', `${rolledBack.servers[0]?.bytesSent} bytes`);
}
