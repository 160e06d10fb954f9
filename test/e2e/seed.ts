import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { call, locate, locateFile, untilJob } from './calls.ts';
import { type Launched } from './fixtures.ts';
import { createPacker, type Packer } from './packer.ts';

const passphrase = 'a passphrase of the test';

/** A person of the site with an unlocked key. */
export async function seedPerson({ page }: Launched, name = 'operator'): Promise<void> {
  await call(page, 'keys.create', { name, passphrase });
  await call(page, 'session.unlock', { name, passphrase });
}

/** A key file becomes an anchor for some models. */
export async function seedAnchor(
  launched: Launched,
  keyFile: string,
  owner: string,
  models: string[],
): Promise<void> {
  const source = await locateFile(launched, keyFile);
  const [candidate] = await call(launched.page, 'anchors.inspect', { source });
  const fingerprint = candidate?.fingerprint ?? '';
  await call(launched.page, 'anchors.add', { source, fingerprint, owner, models });
}

/** Brings a folder into quarantine, with the handle of its provenance if it has any, and returns the import. */
export async function seedImport(
  launched: Launched,
  folder: string,
  model: string,
  version: string,
  provenance?: string,
): Promise<string> {
  const source = await locate(launched, folder);
  const { jobId } = await call(launched.page, 'imports.start', {
    source,
    model,
    version,
    ...(provenance === undefined ? {} : { provenance }),
  });
  const { result } = await untilJob(launched.page, jobId, 'done');
  return (result as { importId: string }).importId;
}

/**
 * A site with a bit of everything: a person, an anchor, two releases of which one is pinned, an import that waits, a set that
 * was written. By calls, for tests that look at the window rather than at how it got there.
 */
export async function seedSite(launched: Launched, folder: string): Promise<Packer> {
  const { page } = launched;
  const packer = createPacker(path.join(folder, 'outside'));
  await seedPerson(launched);
  await seedAnchor(launched, packer.publicKey, 'the packer', ['demo-*']);
  for (const version of ['1.0.0', '1.1.0']) {
    const model = packer.pack(`demo-model-${version}`, {
      'weights.txt': `weights of ${version}\n`.repeat(1000),
      'config.json': '{}\n',
    });
    const id = await seedImport(launched, model, 'demo-model', version);
    await call(page, 'imports.publish', { id });
  }
  const pin = { model: 'demo-model', channel: 'production', version: '1.0.0', reason: 'first release' };
  await call(page, 'channels.pin', pin);
  const waiting = packer.pack('demo-model-2.0.0', { 'weights.txt': 'not yet decided\n' });
  await seedImport(launched, waiting, 'demo-model', '2.0.0');
  const drive = path.join(folder, 'drive');
  mkdirSync(drive);
  const target = await locate(launched, drive);
  const releases = [{ model: 'demo-model', version: '1.0.0' }];
  const { jobId } = await call(page, 'bundles.create', { releases, target });
  await untilJob(page, jobId, 'done');
  return packer;
}
