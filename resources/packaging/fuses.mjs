import { flipFuses, FuseState, FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';

/**
 * What a packaged runtime may do. Asar integrity is checked on macOS and Windows only, and needs the packager to
 * write the digest there; a Linux package relies on OnlyLoadAppFromAsar.
 */
export const packageFuses = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: process.platform !== 'linux',
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  WasmTrapHandlers: true,
};

/**
 * The fuses a runtime has, by name, as it is now.
 * @param {string} executable
 * @returns {Promise<Record<string, boolean>>}
 */
export async function readFuses(executable) {
  const { version: _version, ...wire } = await getCurrentFuseWire(executable);
  return Object.fromEntries(
    Object.entries(wire).map(([index, state]) => [
      FuseV1Options[index] ?? `fuse ${index}`,
      state === FuseState.ENABLE,
    ]),
  );
}

/**
 * Sets every fuse the runtime has as a package needs it. Throws when it has one that `packageFuses` does not name,
 * or when reading back shows anything else.
 * @param {string} executable
 */
export async function setPackageFuses(executable) {
  const present = Object.keys(await readFuses(executable));
  const unknown = present.filter((name) => !(name in packageFuses));
  if (unknown.length > 0) throw new Error(`say what packages do about: ${unknown.join(', ')}`);
  const config = Object.fromEntries(present.map((name) => [FuseV1Options[name], packageFuses[name]]));
  await flipFuses(executable, { version: FuseVersion.V1, ...config });
  const after = await readFuses(executable);
  const wrong = present.filter((name) => after[name] !== packageFuses[name]);
  if (wrong.length > 0) throw new Error(`these fuses did not take: ${wrong.join(', ')}`);
}
