import path from 'node:path';
import { rooms } from './layers.js';

const byDepth = Object.keys(rooms).sort((a, b) => b.split('/').length - a.split('/').length);

/** What package.json's `imports` say. */
const aliases = { '#shared/': 'shared/', '#engine/': 'electron/engine/', '#renderer/': 'renderer/' };

/** Folders whose every file has to belong to a room of the table. */
export const layered = ['shared', 'electron', 'renderer'];

/** Tells whether `file` lies in `folder`; both are relative to the checkout, with forward slashes. */
export function isIn(file, folder) {
  return file === folder || file.startsWith(`${folder}/`);
}

function matchRoom(file, pattern) {
  const wanted = pattern.split('/');
  const parts = file.split('/');
  if (parts.length <= wanted.length) return undefined;
  if (rooms[pattern].own === 'files' && parts.length !== wanted.length + 1) return undefined;
  const fits = wanted.every((part, i) => part === '*' || part === parts[i]);
  return fits
    ? { name: rooms[pattern].partOf ?? parts.slice(0, wanted.length).join('/'), pattern }
    : undefined;
}

/**
 * The room a file is in: its folder, and the row of the table that speaks of it.
 * @param {string} file
 * @returns {{ name: string, pattern: string } | undefined}
 */
export function roomOf(file) {
  for (const pattern of byDepth) {
    const room = matchRoom(file, pattern);
    if (room) return room;
  }
  return undefined;
}

/**
 * Tells whether the table lets `from` import `to`.
 * @param {{ name: string, pattern: string }} from
 * @param {{ name: string, pattern: string }} to
 * @returns {boolean}
 */
export function mayImport(from, to) {
  if (from.name === to.name) return true;
  return rooms[from.pattern].mayImport.some(
    (entry) => entry === to.pattern || (!(entry in rooms) && isIn(to.pattern, entry)),
  );
}

/** How a file of another room is written in an import; undefined when no alias leads there. */
export function aliasOf(file) {
  const found = Object.entries(aliases).find(([, folder]) => isIn(file, folder.slice(0, -1)));
  return found && found[0] + file.slice(found[1].length);
}

/**
 * Where an import leads: a file of the checkout (`relative` when it was written as a relative path)
 * or a package from outside.
 */
export function resolveImport(source, file) {
  const bare = source.replace(/[?].*$/, '');
  if (bare.startsWith('.')) {
    return { file: path.posix.join(path.posix.dirname(file), bare), relative: true };
  }
  for (const [alias, folder] of Object.entries(aliases)) {
    if (bare.startsWith(alias)) return { file: folder + bare.slice(alias.length) };
  }
  if (bare.startsWith('#') || bare.startsWith('/')) return { unknown: true };
  const name = bare.replace(/^node:/, '');
  const depth = name.startsWith('@') ? 2 : 1;
  return { module: name, package: name.split('/').slice(0, depth).join('/') };
}
