import {
  booleanOf,
  DerProblem,
  DerReader,
  type DerValue,
  oidOf,
  singleValue,
  smallInteger,
  Tag,
  valuesOf,
} from './der.ts';
import { type GeneralName, generalNamesOf } from './names.ts';

/** Bits of keyUsage (RFC 5280, section 4.2.1.3) that matter here. */
export type KeyUsage = 'digitalSignature' | 'keyCertSign';

export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** What the extensions of a certificate say; null and empty where it has none. */
export interface Extensions {
  readonly basicConstraints: { readonly isCa: boolean; readonly pathLength: number | null } | null;
  readonly keyUsage: ReadonlySet<KeyUsage> | null;
  readonly extendedKeyUsage: readonly string[] | null;
  /** Hex. */
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: string | null;
  readonly nameConstraints: NameConstraints | null;
  readonly alternativeNames: readonly GeneralName[];
  /** Critical ones that are not understood: the certificate must not be used (section 4.2). */
  readonly unknownCritical: readonly string[];
  /** What is not read here, by object identifier. */
  readonly others: ReadonlyMap<string, Uint8Array>;
}

const Oid = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  alternativeNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;
/** Says under which policies a certificate was issued; nothing is asked about policies here, so any will do. */
const CERTIFICATE_POLICIES = '2.5.29.32';
const MAX_EXTENSIONS = 64;

/** Reads the extensions; throws DerProblem for a malformed or repeated one. */
export function parseExtensions(content: Uint8Array | null): Extensions {
  const raw = content === null ? new Map<string, Raw>() : readAll(content);
  const take = <T>(oid: string, read: (value: Uint8Array) => T): T | null => {
    const found = raw.get(oid);
    return found === undefined ? null : read(found.value);
  };
  const known: readonly string[] = [...Object.values(Oid), CERTIFICATE_POLICIES];
  const others = [...raw].filter(([oid]) => !known.includes(oid));
  return {
    basicConstraints: take(Oid.basicConstraints, readBasicConstraints),
    keyUsage: take(Oid.keyUsage, readKeyUsage),
    extendedKeyUsage: take(Oid.extendedKeyUsage, readExtendedKeyUsage),
    subjectKeyId: take(Oid.subjectKeyId, (value) => hex(singleValue(value, Tag.octetString).content)),
    authorityKeyId: take(Oid.authorityKeyId, readAuthorityKeyId),
    nameConstraints: take(Oid.nameConstraints, readNameConstraints),
    alternativeNames:
      take(Oid.alternativeNames, (value) => generalNamesOf(singleValue(value, Tag.sequence).content)) ?? [],
    unknownCritical: others.flatMap(([oid, { isCritical }]) => (isCritical ? [oid] : [])),
    others: new Map(others.map(([oid, { value }]) => [oid, value])),
  };
}

interface Raw {
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

function readAll(content: Uint8Array): Map<string, Raw> {
  const found = new Map<string, Raw>();
  for (const { tag, content: each } of valuesOf(singleValue(content, Tag.sequence).content)) {
    if (tag !== Tag.sequence) throw new DerProblem('an extension that is none');
    const reader = new DerReader(each);
    const oid = oidOf(reader.next(Tag.oid).content);
    const critical = reader.optional(Tag.boolean);
    const value = reader.next(Tag.octetString).content;
    reader.end();
    if (found.has(oid)) throw new DerProblem(`the extension ${oid} twice`);
    if (found.size === MAX_EXTENSIONS) throw new DerProblem('too many extensions');
    found.set(oid, { isCritical: critical !== null && booleanOf(critical.content), value });
  }
  return found;
}

function readBasicConstraints(value: Uint8Array): Extensions['basicConstraints'] {
  const reader = new DerReader(singleValue(value, Tag.sequence).content);
  const flag = reader.optional(Tag.boolean);
  const length = reader.optional(Tag.integer);
  reader.end();
  const isCa = flag !== null && booleanOf(flag.content);
  return { isCa, pathLength: length === null ? null : smallInteger(length.content) };
}

function readKeyUsage(value: Uint8Array): ReadonlySet<KeyUsage> {
  const { content } = singleValue(value, Tag.bitString);
  const [unused = 8, first = 0] = content;
  if (unused > 7 || content.length < 2) throw new DerProblem('a malformed key usage');
  const usages = new Set<KeyUsage>();
  if ((first & 0x80) !== 0) usages.add('digitalSignature');
  if ((first & 0x04) !== 0) usages.add('keyCertSign');
  return usages;
}

function readExtendedKeyUsage(value: Uint8Array): string[] {
  return valuesOf(singleValue(value, Tag.sequence).content).map(({ tag, content }) => {
    if (tag !== Tag.oid) throw new DerProblem('a malformed extended key usage');
    return oidOf(content);
  });
}

function readAuthorityKeyId(value: Uint8Array): string | null {
  const id = valuesOf(singleValue(value, Tag.sequence).content).find(({ tag }) => tag === 0x80);
  return id === undefined ? null : hex(id.content);
}

function readNameConstraints(value: Uint8Array): NameConstraints {
  const reader = new DerReader(singleValue(value, Tag.sequence).content);
  const permitted = reader.optional(0xa0);
  const excluded = reader.optional(0xa1);
  reader.end();
  if (permitted === null && excluded === null) throw new DerProblem('name constraints without any');
  return { permitted: subtrees(permitted), excluded: subtrees(excluded) };
}

/** `minimum` and `maximum` are never used (section 4.2.1.10), so that a base is all there is. */
function subtrees(list: DerValue | null): GeneralName[] {
  if (list === null) return [];
  const { content } = list;
  if (content.length === 0) throw new DerProblem('an empty list of name constraints');
  return valuesOf(content).flatMap(({ tag, content: subtree }) => {
    if (tag !== Tag.sequence) throw new DerProblem('a malformed name constraint');
    const [base, ...rest] = valuesOf(subtree);
    if (base === undefined || rest.length > 0) throw new DerProblem('a name constraint with a range');
    return generalNamesOf(base.encoded);
  });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
