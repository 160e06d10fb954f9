import type { Digest } from '#shared/contract/basics.ts';
import type { Check } from '#shared/contract/evidence.ts';
import { AppError } from '#engine/core/app-error.ts';
import { digestFromHex, hexOf } from '#engine/core/digest.ts';
import { findPathProblem } from '#engine/core/release-path.ts';
import { visibleText } from './visible-text.ts';
import { hashOnServer } from './hash-on-server.ts';
import { releaseFolder, RemoteLayout } from './remote-layout.ts';
import { listReleaseScript } from './scripts/releases.ts';
import type { Tally } from './server-session.ts';
import type { SshConnection } from './ssh-connection.ts';

/** A release as far as servers are concerned. */
export interface DeployableRelease {
  readonly model: string;
  readonly version: string;
  readonly manifestDigest: Digest;
  readonly files: readonly { readonly path: string; readonly digest: Digest; readonly sizeBytes: number }[];
}

/** Never more problems than a person reads. */
const LISTED = 50;

/**
 * Has the server hash every file of a release in its folder and compares with the manifest. Missing, damaged and foreign files
 * are failed checks (SERVER-DIGEST-MISMATCH), one each; when all is well there is a single verified one. Throws only what the
 * connection throws.
 */
export async function verifyReleaseOnServer(
  connection: SshConnection,
  release: DeployableRelease,
  tally: Tally,
  options: { signal?: AbortSignal | undefined; onBytes?: (bytes: number) => void } = {},
): Promise<Check[]> {
  const { files } = release;
  refuseUnsafePaths(release);
  const folder = releaseFolder(release.version, release.manifestDigest);
  const path = new RemoteLayout(connection.target.root).release(release.model, folder);
  const name = `${release.model}@${release.version}`;
  const listing = await connection.run(listReleaseScript, [path], { signal: options.signal });
  if (listing[0] === 'absent') {
    return [
      failed(path, `${files.length} files`, 'no such folder', `${name} is not on the server; push it.`),
    ];
  }
  const { hashes, elapsedMs } = await hashOnServer(
    connection,
    path,
    files.map((file) => file.path),
    { signal: options.signal, onFile: (index) => options.onBytes?.(files[index]?.sizeBytes ?? 0) },
  );
  tally.serverHashMs += elapsedMs;
  const problems = [
    ...files.flatMap((file, index): Check[] => {
      const hash = hashes[index] ?? { kind: 'missing' };
      if (hash.kind === 'hashed' && hash.hex === hexOf(file.digest)) return [];
      const found = hash.kind === 'hashed' ? digestFromHex(hash.hex) : hash.kind;
      return [
        failed(file.path, file.digest, found, `${file.path} of ${name} is not what the manifest says.`),
      ];
    }),
    ...foreignFiles(listing, files).map((line) =>
      failed(
        visibleText(line, 300),
        'no such file',
        'a file',
        `${name} on the server holds a file that is not its own.`,
      ),
    ),
  ];
  if (problems.length > 0) return problems.slice(0, LISTED);
  return [
    {
      id: 'server.files',
      status: 'verified',
      expected: release.manifestDigest,
      found: release.manifestDigest,
      path,
      detail: `The server's own sha256sum of all ${files.length} files of ${name} is what the manifest says.`,
    },
  ];
}

/** The error that failed file checks amount to; null when there are none. */
export function asMismatch(
  server: string,
  release: DeployableRelease,
  checks: readonly Check[],
): AppError | null {
  const problems = checks.filter((check) => check.status === 'failed');
  const first = problems[0];
  if (first === undefined) return null;
  const name = `${release.model}@${release.version}`;
  return new AppError('SERVER-DIGEST-MISMATCH', `${server} does not hold ${name} as published.`, {
    ...(first.path === undefined ? {} : { path: first.path }),
    ...(first.expected === undefined ? {} : { expected: first.expected }),
    ...(first.found === undefined ? {} : { found: first.found }),
    items: problems.map(
      (check) => `${check.path ?? ''}: expected ${check.expected ?? ''}, found ${check.found ?? ''}`,
    ),
    state: 'The live link was not touched.',
    next: `Push ${name} to ${server} again: it mends missing and damaged files. Foreign files are for the server’s owner to remove.`,
  });
}

/** Published paths follow the grammar already; what goes to a shell is checked once more (release-path.ts). */
function refuseUnsafePaths(release: DeployableRelease): void {
  for (const { path } of release.files) {
    const problem = findPathProblem(path);
    if (problem !== null)
      throw new AppError('PATH-UNSAFE', `A path of ${release.model} ${problem}.`, { path });
  }
}

function foreignFiles(listing: readonly string[], files: DeployableRelease['files']): string[] {
  const own = new Set(files.map((file) => `./${file.path}`));
  return listing.filter((line) => !own.has(line));
}

function failed(path: string, expected: string, found: string, detail: string): Check {
  return {
    id: 'server.files',
    status: 'failed',
    code: 'SERVER-DIGEST-MISMATCH',
    path,
    expected,
    found,
    detail,
  };
}
