/** Suffixes that nothing but signatures has. Longest first where one ends with another. */
const plainSuffixes = ['.sigstore.json', '.sigstore', '.minisig', '.signature', '.sig', '.p7s'];
/** Suffixes that other files have too: only beside the file they would sign do they mean a signature by name alone. */
const sharedSuffixes = ['.sign', '.asc', '.gpg'];
const suffixes = [...plainSuffixes, ...sharedSuffixes];

const listName = /sha-?256|sums?\b|checksums?|digests?/i;

/** Does the name say that it is a signature, among these files? Case does not matter, as on FAT. */
export function isNamedAsSignature(path: string, among: ReadonlySet<string>): boolean {
  const suffix = suffixOf(path);
  if (suffix === null) return false;
  return plainSuffixes.includes(suffix) || among.has(path.slice(0, -suffix.length));
}

/** What a signature of this name signs, whether it is there or not; null when the name does not say. */
export function subjectOf(signaturePath: string): string | null {
  const suffix = suffixOf(signaturePath);
  return suffix === null ? null : signaturePath.slice(0, -suffix.length);
}

/** Does the name say that it is a list of digests? Only widens what is looked into; the content decides. */
export function isNamedAsList(path: string): boolean {
  return listName.test(baseName(path));
}

/** The folder of a path with its slash; empty at the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** The last segment of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Is this the beginning of a signature of a kind that this version cannot check? Such a one counts as present, whatever
 * its file is called: to pass over it would make an invalid signature an absent one.
 */
export function looksLikeForeignSignature(content: Uint8Array): boolean {
  const head = Buffer.from(content.subarray(0, 4096)).toString('latin1').trimStart();
  return (
    /^-----BEGIN (?:PGP SIGN|PKCS7|CMS|[A-Z0-9 ]*SIGNATURE)/.test(head) ||
    (head.startsWith('{') && head.includes('application/vnd.dev.sigstore.bundle'))
  );
}

/** Public keys travel under the same suffix (`KEYS.asc`), and are no signature. */
export function looksLikePublicKey(content: Uint8Array): boolean {
  const head = Buffer.from(content.subarray(0, 64)).toString('latin1');
  return /^-----BEGIN (?:PGP PUBLIC KEY BLOCK|PUBLIC KEY|CERTIFICATE)-----/.test(head);
}

function suffixOf(path: string): string | null {
  const lower = baseName(path).toLowerCase();
  return suffixes.find((suffix) => lower.endsWith(suffix) && lower.length > suffix.length) ?? null;
}
