import { ModelName } from '#shared/contract/basics.ts';
import valid from 'semver/functions/valid.js';

/** Name and version as a form offers them; empty where nothing can be told. */
export interface GuessedRelease {
  readonly model: string;
  readonly version: string;
}

const versionAtEnd = /^(?<name>.*?)[-_@ ]v?(?<version>\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)$/;

function toModelName(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 96);
  return ModelName.safeParse(slug).success ? slug : '';
}

/** Reads a name and a version out of a folder's name, e.g. `Silero VAD-5.0.0`. A proposal for a person, nothing more. */
export function guessRelease(label: string): GuessedRelease {
  const name = label.split(/[/\\]/).findLast((segment) => segment !== '') ?? '';
  const match = versionAtEnd.exec(name)?.groups;
  const version = match?.['version'] ?? '';
  return {
    model: toModelName(match?.['name'] ?? name),
    version: isVersion(version) ? version : '',
  };
}

/** Is it a semantic version as the registry takes it, without a leading `v`? */
export function isVersion(text: string): boolean {
  return /^\d/.test(text) && valid(text) !== null;
}
