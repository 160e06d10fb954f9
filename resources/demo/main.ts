import { openWindow } from '../setup/window.mjs';
import { Ledger } from './ledger.ts';
import { auditPart } from './parts/audit.ts';
import { badSetsPart } from './parts/bad-sets.ts';
import { deltaPart } from './parts/delta.ts';
import { fleetPart } from './parts/fleet.ts';
import { intakePart } from './parts/intake.ts';
import { packPart } from './parts/pack.ts';
import { startAfresh } from './paths.ts';
import { Site } from './site.ts';
import { ensureWeights } from './weights.ts';

/** The main job on real weights, from packing to rollback. Ends non-zero when any step does not do what it should. */
async function main(): Promise<number> {
  await ensureWeights();
  startAfresh();
  const ledger = new Ledger();
  const packer = new Site('packer');
  const site = new Site('site');

  const volume = await packPart(ledger, packer);
  await intakePart(ledger, packer, site, volume);
  const fleet = await fleetPart(ledger, site);
  try {
    await deltaPart(ledger, packer, site, fleet);
  } finally {
    await fleet.stop();
  }
  await badSetsPart(ledger, packer, volume);
  await auditPart(ledger, site);
  ledger.close();
  process.stdout.write(`\nEverything did what it should. The site's home: ${site.home}\n`);
  if (!process.argv.includes('--window')) return 0;
  return openWindow([], { SALLYPORT_HOME: site.home });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
