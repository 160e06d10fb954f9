import type { Certificate } from './certificate.ts';
import type { NameConstraints } from './extensions.ts';
import { emailsIn, type GeneralName, isBelow } from './names.ts';

/**
 * The first name of a certificate that an authority above it may not give (RFC 5280, section 4.2.1.10); null when there is
 * none. A kind of name that cannot be compared, and is constrained, counts as not allowed.
 */
export function forbiddenName(certificate: Certificate, constraints: NameConstraints): string | null {
  for (const name of namesOf(certificate)) {
    const { permitted, excluded } = constraints;
    if (excluded.some((base) => isSameKind(base, name) && isWithin(name, base) !== false)) return shown(name);
    const comparable = permitted.filter((base) => isSameKind(base, name));
    if (comparable.length > 0 && !comparable.some((base) => isWithin(name, base) === true))
      return shown(name);
  }
  return null;
}

function isSameKind(base: GeneralName, name: GeneralName): boolean {
  return base.kind === name.kind && (base.kind !== 'other' || name.kind !== 'other' || base.tag === name.tag);
}

function namesOf({ subjectDer, extensions }: Certificate): GeneralName[] {
  const emails = emailsIn(subjectDer).map((text): GeneralName => ({ kind: 'email', text }));
  const subject: GeneralName[] = subjectDer.length === 0 ? [] : [{ kind: 'directory', content: subjectDer }];
  return [...subject, ...emails, ...extensions.alternativeNames];
}

/** null: that cannot be told. */
function isWithin(name: GeneralName, base: GeneralName): boolean | null {
  if (name.kind === 'directory' && base.kind === 'directory') return isBelow(name.content, base.content);
  if (name.kind === 'dns' && base.kind === 'dns') return isSubdomain(name.text, base.text);
  if (name.kind === 'email' && base.kind === 'email') return isMailWithin(name.text, base.text);
  if (name.kind === 'uri' && base.kind === 'uri') return isUriWithin(name.text, base.text);
  if (name.kind === 'ip' && base.kind === 'ip') return isAddressWithin(name.bytes, base.bytes);
  return null;
}

/**
 * A wildcard stands for every host one level down: it reaches into a domain below it, and is within none of them
 * (CVE-2025-61727). What is no domain name cannot be told.
 */
function isSubdomain(name: string, base: string): boolean | null {
  const domain = name.toLowerCase();
  const parent = base.toLowerCase();
  if (!/^(?:\*\.)?[^.*]+(?:\.[^.*]+)*\.?$/.test(domain)) return null;
  if (parent === '' || domain === parent) return true;
  if (domain.endsWith(parent.startsWith('.') ? parent : `.${parent}`)) return true;
  return domain.startsWith('*.') && parent.endsWith(domain.slice(1)) ? null : false;
}

/** A mailbox, a host (exactly), or everything below a domain that begins with a dot. */
function isMailWithin(name: string, base: string): boolean {
  if (base.includes('@')) return name.toLowerCase() === base.toLowerCase();
  const host = name.slice(name.lastIndexOf('@') + 1).toLowerCase();
  return isHostWithin(host, base.toLowerCase());
}

function isUriWithin(name: string, base: string): boolean | null {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:[\]]+)/i.exec(name)?.[1];
  return host === undefined ? null : isHostWithin(host.toLowerCase(), base.toLowerCase());
}

function isHostWithin(host: string, base: string): boolean {
  return base.startsWith('.') ? host.endsWith(base) : host === base;
}

/** The base is an address and a mask, one after the other. */
function isAddressWithin(address: Uint8Array, base: Uint8Array): boolean {
  const { length } = address;
  if (base.length !== 2 * length) return false;
  return address.every(
    (byte, n) => (byte & (base[length + n] ?? 0)) === ((base[n] ?? 0) & (base[length + n] ?? 0)),
  );
}

function shown(name: GeneralName): string {
  switch (name.kind) {
    case 'directory':
      return 'its subject';
    case 'ip':
      return `address ${Buffer.from(name.bytes).toString('hex')}`;
    case 'other':
      return `a name of type ${name.tag}`;
    default:
      return name.text;
  }
}
