/** May a file name this as a neighbour of its own: relative, downwards, one grammar on every system? */
export function isInnerPath(path: string): boolean {
  if (path === '' || path.length > 1024 || /[\\:\p{Cc}]/u.test(path) || path.startsWith('/')) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[. ]$/.test(part));
}
