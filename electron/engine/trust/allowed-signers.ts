import { type OpensshKey, parseOpensshLine } from './openssh-key.ts';
import { matchesPatternList } from './ssh-pattern.ts';

/** One line of an `allowed_signers` file (ssh-keygen(1), ALLOWED SIGNERS): a key, and what it counts for. */
export interface AllowedSigner {
  /** Pattern list of the people it speaks for. */
  readonly principals: string;
  readonly key: OpensshKey;
  /** The key signs certificates, not files. */
  readonly isAuthority: boolean;
  /** Pattern list; null: every purpose. */
  readonly namespaces: string | null;
  readonly validAfter: Date | null;
  readonly validBefore: Date | null;
}

export interface AllowedSigners {
  readonly signers: readonly AllowedSigner[];
  /** The first line that cannot be read spoils the file: what it would have limited is not known. */
  readonly problem: string | null;
}

/** Does the line let a signature of this namespace count? */
export function allowsNamespace({ namespaces }: AllowedSigner, namespace: string): boolean {
  return namespaces === null || matchesPatternList(namespaces, namespace);
}

/** Reads the whole file; blank lines and comments are left out. */
export function parseAllowedSigners(text: string): AllowedSigners {
  const signers: AllowedSigner[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const signer = parseLine(line);
    if (typeof signer === 'string') return { signers, problem: `Line ${index + 1}: ${signer}` };
    signers.push(signer);
  }
  return { signers, problem: null };
}

function parseLine(line: string): AllowedSigner | string {
  const { word: principals, rest } = nextWord(line);
  if (principals === null || principals === '') return 'its principals cannot be read.';
  const plain = parseOpensshLine(rest);
  const { word: options, rest: keyText } = plain === null ? nextWord(rest, true) : { word: '', rest };
  const key = plain ?? parseOpensshLine(keyText);
  if (key === null || options === null) return 'there is no public key of a usable strength in it.';
  if (key.material === null) return `keys of the type ${key.keyType} are not taken.`;
  const read = readOptions(options);
  return typeof read === 'string' ? read : { principals, key, ...read };
}

/** Splits at the first blank outside quotes; quotes around a word are taken off unless `keepQuotes`. */
function nextWord(text: string, keepQuotes = false): { word: string | null; rest: string } {
  const match = keepQuotes
    ? /^((?:[^\s"]|"(?:[^"\\]|\\.)*")+)[ \t]+(.*)$/.exec(text)
    : /^(?:"([^"]*)"|([^\s"]+))[ \t]+(.*)$/.exec(text);
  if (match === null) return { word: null, rest: '' };
  return keepQuotes
    ? { word: match[1] ?? null, rest: match[2] ?? '' }
    : { word: match[1] ?? match[2] ?? null, rest: match[3] ?? '' };
}

type Options = Pick<AllowedSigner, 'isAuthority' | 'namespaces' | 'validAfter' | 'validBefore'>;

function readOptions(text: string): Options | string {
  const found = new Map<string, string>();
  for (let rest = text; rest !== '';) {
    const match = /^([A-Za-z-]+)(?:="((?:[^"\\]|\\.)*)")?(?:,(?!$)|$)/.exec(rest);
    if (match === null) return 'its options cannot be read.';
    const name = (match[1] ?? '').toLowerCase();
    if (found.has(name)) return `${name} is there twice.`;
    const takesValue = name !== 'cert-authority';
    if (!['cert-authority', 'namespaces', 'valid-after', 'valid-before'].includes(name))
      return `the option ${name} is not known, so its limit could not be kept.`;
    if (takesValue !== (match[2] !== undefined)) return `the option ${name} is not as it must be.`;
    found.set(name, (match[2] ?? '').replaceAll('\\"', '"'));
    rest = rest.slice(match[0].length);
  }
  const validAfter = readTime(found.get('valid-after'));
  const validBefore = readTime(found.get('valid-before'));
  if (validAfter === undefined || validBefore === undefined) return 'a time in it cannot be read.';
  if (validAfter !== null && validBefore !== null && validAfter >= validBefore)
    return 'it ends before it begins.';
  const namespaces = found.get('namespaces') ?? null;
  if (namespaces === '') return 'its namespaces are empty.';
  return { isAuthority: found.has('cert-authority'), namespaces, validAfter, validBefore };
}

/** `YYYYMMDD[Z]` or `YYYYMMDDHHMM[SS][Z]`; without Z in this machine's time zone, as ssh-keygen reads it. */
function readTime(text: string | undefined): Date | null | undefined {
  if (text === undefined) return null;
  const match = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?(Z?)$/.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((digits) => Number(digits ?? 0));
  const isUtc = match[7] === 'Z';
  const time = isUtc
    ? new Date(Date.UTC(year, month - 1, day, hour, minute, second))
    : new Date(year, month - 1, day, hour, minute, second);
  const isReal =
    (isUtc ? time.getUTCMonth() : time.getMonth()) === month - 1 &&
    (isUtc ? time.getUTCDate() : time.getDate()) === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return isReal ? time : undefined;
}
