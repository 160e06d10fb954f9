import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#engine/core/app-error.ts';
import { openMediaFolder } from '#engine/media/open-media-folder.ts';
import type { OmsModel } from '#engine/trust/oms-sign.ts';
import type { EngineContext } from '../../context.ts';

/** SHA-512 (hex) of one file. Throws USAGE for a folder, whose signature would need a list. */
export async function digestOfFile(context: EngineContext, place: string): Promise<string> {
  const folder = await openMediaFolder(place, context);
  const { files } = await folder.list();
  const name = path.basename(await realpath(place));
  if (folder.root === (await realpath(place)) || !files.some((file) => file.path === name))
    throw new AppError('USAGE', 'An SSH signature is of one file.', {
      next: 'Sign a SHA256SUMS list of the folder, or use --format oms.',
    });
  const digests = await folder.digests(name, [{ algorithm: 'sha512' }]);
  return digests.get('sha512') ?? '';
}

/**
 * The files at a place, each hashed in one read, but for the signature that is to be written (`target`). Throws what the walk finds
 * wrong: a signature over less than there is would mislead.
 */
export async function modelAt(context: EngineContext, place: string, target: string): Promise<OmsModel> {
  const folder = await openMediaFolder(place, context);
  const { files, problems } = await folder.list();
  const [problem] = problems;
  if (problem !== undefined)
    throw new AppError(problem.code, `${problem.path}: ${problem.detail}`, {
      path: problem.path,
      state: 'Nothing was signed.',
    });
  const own = path.relative(folder.root, target).split(path.sep).join('/');
  const signed = [];
  for (const file of files) {
    if (file.path === own) continue;
    const digests = await folder.digests(file.path, [{ algorithm: 'sha256' }]);
    signed.push({ path: file.path, sha256: digests.get('sha256') ?? '' });
  }
  if (signed.length === 0) throw new AppError('SOURCE-EMPTY', 'There is no file to sign.', { path: place });
  return { name: folder.label, files: signed };
}

/** SHA-256 (hex) of a text in memory. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** SHA-512 (hex) of a text in memory. */
export function sha512Of(text: string): string {
  return createHash('sha512').update(text).digest('hex');
}
