import { lstat, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { subjectOf } from '#engine/trust/signature-names.ts';
import { MediaFolder, type MediaTools } from './media-folder.ts';

/**
 * What a person named, ready to be read: a folder, or a single file as a folder that shows it and what is named as a
 * signature of it, so that a bad signature beside it does not look absent. Links in the named path itself are followed,
 * since the person chose it; links below it never are. Throws FILE-UNREADABLE, FILE-NOT-REGULAR.
 */
export async function openMediaFolder(place: string, tools: MediaTools): Promise<MediaFolder> {
  try {
    const real = await realpath(place);
    const facts = await lstat(real);
    const label = path.basename(place) || real;
    if (facts.isDirectory()) return new MediaFolder(real, tools, label);
    if (facts.isFile()) return await openFile(real, tools, label);
  } catch (error) {
    throw asAppError(error, place);
  }
  throw new AppError('FILE-NOT-REGULAR', `${place} is neither a folder nor a regular file`, { path: place });
}

async function openFile(file: string, tools: MediaTools, label: string): Promise<MediaFolder> {
  const root = path.dirname(file);
  const name = path.basename(file);
  const only = (await readdir(root)).filter((each) => each === name || subjectOf(each) === name);
  return new MediaFolder(root, tools, label, only);
}
