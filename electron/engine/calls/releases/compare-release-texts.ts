import { readFile } from 'node:fs/promises';
import type { TextDifference } from '#shared/contract/comparison.ts';
import type { ReleaseFile } from '#shared/contract/releases.ts';
import { scannerDigest } from '#engine/scan/scanner-digest.ts';
import { compareTexts } from '#engine/scan/compare-texts.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { EngineContext } from '../../context.ts';

/** What is compared as text: configs, and code, which is where templates in files of their own are. */
const roles = new Set<ReleaseFile['role']>(['config', 'code']);
/** Beyond this a file is data, e.g. a vocabulary; its digest says that it changed. */
const MAX_TEXT_BYTES = 512 * 1024;

interface Text {
  readonly path: string;
  readonly subject: string | null;
  readonly text: string;
}

/** Texts of two releases that differ, by path and what is inside: small configs, templates, chat templates in any file. */
export async function compareReleaseTexts(
  context: EngineContext,
  before: ReleaseRow,
  after: ReleaseRow,
): Promise<TextDifference[]> {
  const [old, fresh] = [
    context.registry.releases.files(before.id),
    context.registry.releases.files(after.id),
  ];
  const isSame = ({ path, digest }: ReleaseFile, others: readonly ReleaseFile[]) =>
    others.some((other) => other.path === path && other.digest === digest);
  const was = await textsOf(
    context,
    old.filter((file) => !isSame(file, fresh)),
  );
  const is = await textsOf(
    context,
    fresh.filter((file) => !isSame(file, old)),
  );
  const keys = [...new Set([...was.keys(), ...is.keys()])].sort();
  return keys.flatMap((key) => differenceOf(was.get(key), is.get(key)) ?? []);
}

function differenceOf(was: Text | undefined, is: Text | undefined): TextDifference | null {
  const present = is ?? was;
  if (present === undefined || was?.text === is?.text) return null;
  return {
    path: present.path,
    subject: present.subject,
    change: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed',
    ...compareTexts(was?.text ?? '', is?.text ?? ''),
  };
}

async function textsOf(context: EngineContext, files: readonly ReleaseFile[]): Promise<Map<string, Text>> {
  const texts = new Map<string, Text>();
  for (const file of files) {
    const { path, digest } = file;
    const facts = context.registry.scans.facts({ digest, name: path, scanner: scannerDigest });
    for (const fact of facts) {
      if (fact.kind !== 'chat-template') continue;
      texts.set(`${path}\n${fact.name}`, { path, subject: fact.name, text: fact.text });
    }
    const text = roles.has(file.role) ? await readText(context, file) : null;
    if (text !== null) texts.set(path, { path, subject: null, text });
  }
  return texts;
}

/** Null when it is too long, no UTF-8, or not there. */
async function readText({ blobs }: EngineContext, file: ReleaseFile): Promise<string | null> {
  if (file.sizeBytes > MAX_TEXT_BYTES) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(blobs.pathOf(file.digest)));
  } catch {
    return null;
  }
}
