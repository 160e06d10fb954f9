import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire, pathToFuseFile } from '@electron/fuses';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setPackageFuses } from '../../../resources/packaging/fuses.mjs';
import { findElectron } from '../../../resources/setup/electron.mjs';

const electron = findElectron();

describe('fuses of a package', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sallyport-fuses-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are set on a copy of the runtime and read back', async ({ skip }) => {
    skip(!electron, 'there is no Electron on this machine');
    const copy = path.join(folder, 'electron');
    await copyFile(pathToFuseFile(electron?.executable ?? ''), copy);
    await setPackageFuses(copy);

    const wire = await getCurrentFuseWire(copy);
    const off = [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ];
    const on = [FuseV1Options.OnlyLoadAppFromAsar, FuseV1Options.EnableCookieEncryption];
    for (const fuse of off) expect([fuse, wire[fuse]]).toEqual([fuse, FuseState.DISABLE]);
    for (const fuse of on) expect([fuse, wire[fuse]]).toEqual([fuse, FuseState.ENABLE]);
  });
});
