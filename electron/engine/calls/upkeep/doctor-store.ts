import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Check } from '#shared/contract/evidence.ts';
import { digestFromHex, hexOf } from '#engine/core/digest.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import { parseManifest } from '#engine/store/manifest.ts';
import { isTemporary } from '#engine/store/temporary-names.ts';
import type { EngineContext } from '../../context.ts';
import { findNeeds } from './blob-needs.ts';

const HEX = /^[0-9a-f]{64}$/;
/** What an import or a set on its way in keeps beside whole files: copies under way and their journals. */
const UNDER_WAY = /^(?:incoming(?:-[0-9]+)?|[0-9a-f]{64}\.part)$|\.journal$/;

/** Every row's blob is there with its size, everything that is needed has a row, and nothing lies there unknown. */
export async function checkBlobs({ registry, blobs }: EngineContext): Promise<Check[]> {
  const checks: Check[] = [];
  const rows = new Map(registry.blobs.list().map((row) => [row.digest, row]));
  for (const row of rows.values()) {
    const size = await blobs.sizeOf(row.digest);
    if (size === row.sizeBytes) continue;
    const found = size === null ? 'no file' : `${size} bytes`;
    checks.push(failed('store.blobs', row.digest, { expected: `${row.sizeBytes} bytes`, found }));
  }
  const needs = findNeeds(registry);
  for await (const { digest, sizeBytes } of blobs.list()) {
    // A publish that was cut off has moved blobs of an import that is still open.
    if (rows.has(digest) || needs.has(digest)) continue;
    const detail = 'Not needed by anything; gc removes it.';
    checks.push({
      id: 'store.unknown',
      status: 'warning',
      path: digest,
      found: `${sizeBytes} bytes`,
      detail,
    });
  }
  if (checks.length > 0) return checks;
  return [
    { id: 'store.blobs', status: 'verified', detail: `${rows.size} blobs are there with their sizes.` },
  ];
}

/** Open imports have their files, whole; other folders are left over from a crash, and gc sweeps them. */
export async function checkQuarantine(context: EngineContext): Promise<Check[]> {
  const { registry, quarantine } = context;
  const open = registry.imports
    .list()
    .filter((row) => row.state === 'receiving' || row.state === 'quarantined');
  const known = new Set(open.map((row) => row.id));
  const checks: Check[] = [];
  for (const row of open) checks.push(...(await checkImport(context, row)));
  const left = (await quarantine.list()).filter((id) => !known.has(id));
  if (left.length > 0) {
    const detail = 'Left over; gc removes it.';
    checks.push({ id: 'store.quarantine', status: 'warning', found: left.join(', '), detail });
  }
  if (checks.length > 0) return checks;
  return [{ id: 'store.quarantine', status: 'verified', detail: `${open.length} imports on trial.` }];
}

async function checkImport(
  { registry, quarantine, blobs, home }: EngineContext,
  row: ImportRow,
): Promise<Check[]> {
  const checks: Check[] = [];
  const expected = new Map(
    registry.imports.files(row.id).map((file) => [hexOf(file.digest), file.sizeBytes]),
  );
  for (const [hex, sizeBytes] of expected) {
    const held = await blobs.sizeOf(digestFromHex(hex));
    const size = (await sizeOf(quarantine.pathOf(row.id, hex))) ?? held;
    if (size === sizeBytes) continue;
    const found = size === null ? 'no file' : `${size} bytes`;
    checks.push(failed('store.quarantine', `${row.id}/${hex}`, { expected: `${sizeBytes} bytes`, found }));
  }
  if (row.manifestDigest !== null) expected.set(hexOf(row.manifestDigest), 0);
  if (row.manifest !== null) expected.set(hexOf(parseManifest(row.manifest).configDigest), 0);
  for (const name of await readdir(path.join(home.quarantine, row.id)).catch(() => [])) {
    // While it is being received, a file may have its name before its row, and copies are under way.
    const isExpected =
      expected.has(name) || (row.state === 'receiving' && (HEX.test(name) || UNDER_WAY.test(name)));
    if (isExpected) continue;
    const detail = 'Nothing of this import; it goes when the import is decided.';
    checks.push({ id: 'store.quarantine', status: 'warning', path: `${row.id}/${name}`, detail });
  }
  return checks;
}

/** Temporary files of a process that is no more. They are swept when the home is opened, so there should be none. */
export async function checkLeftovers({ home }: EngineContext): Promise<Check[]> {
  const names = await readdir(home.root, { recursive: true });
  const left = names.filter((name) => isTemporary(path.basename(name)));
  if (left.length === 0)
    return [{ id: 'home.leftovers', status: 'verified', detail: 'No temporary file lies about.' }];
  return left.map((name) => ({
    id: 'home.leftovers',
    status: 'warning',
    path: name,
    detail: 'A temporary file; it is swept when this home is opened.',
  }));
}

async function sizeOf(file: string): Promise<number | null> {
  return await lstat(file).then(
    (facts) => facts.size,
    () => null,
  );
}

function failed(id: string, where: string, sides: { expected: string; found: string }): Check {
  return { id, status: 'failed', code: 'FIXITY-FAILED', path: where, ...sides };
}
