import type { AuditBody } from '#shared/contract/audit.ts';

/** How one act reads: as something done, and as something tried. */
interface Phrase {
  readonly did: string;
  readonly do: string;
  /** What follows the verb; the object alone when left out. */
  readonly rest?: (body: AuditBody) => string;
}

const listed = (words: string | undefined) => (words ?? '').replaceAll(/\s*,\s*/g, ', ');

/** `silero-vad@5.0.0` as a person says it; anything else as it is. */
function spoken(object: string): string {
  return object.replace(/^([^\s@]+)@(\S+)$/, '$1 $2');
}

/** The release and the servers of a deployment, whichever of them the entry names as its object. */
function deployed(body: AuditBody): { release: string; servers: string } {
  const { model, version, release, server, servers } = body.details;
  const named = release ?? (version === undefined ? model : `${model ?? ''}@${version}`);
  const objectIsRelease = body.object.includes('@');
  return {
    release: spoken(objectIsRelease ? body.object : (named ?? '')),
    servers: listed(servers ?? server ?? (objectIsRelease ? undefined : body.object)),
  };
}

function phraseParts(...parts: readonly (readonly [word: string, value: string | undefined])[]): string {
  return parts
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([word, value]) => (word === '' ? value : `${word} ${value}`))
    .join(' ');
}

function releaseOnServers(word: string): (body: AuditBody) => string {
  return (body) => {
    const { release, servers } = deployed(body);
    return phraseParts(['', release], ['as', body.details['channel']], [word, servers]);
  };
}

const phrases: Readonly<Record<string, Phrase>> = {
  'site.rename': {
    did: 'renamed the site',
    do: 'rename the site',
    rest: (body) => phraseParts(['from', body.details['before']], ['to', body.object]),
  },
  'key.create': { did: 'created the key', do: 'create the key' },
  'anchor.add': {
    did: 'added the anchor',
    do: 'add the anchor',
    rest: (body) => phraseParts(['', body.object], ['for', listed(body.details['models'])]),
  },
  'anchor.remove': { did: 'removed the anchor', do: 'remove the anchor' },
  'anchor.revoke': { did: 'revoked the anchor', do: 'revoke the anchor' },
  'import.quarantine': {
    did: 'took',
    do: 'take',
    rest: (body) =>
      phraseParts(['', spoken(body.object)], ['from', body.details['source']], ['', 'into quarantine']),
  },
  'import.publish': { did: 'published', do: 'publish' },
  'import.reject': { did: 'rejected', do: 'reject' },
  'release.deprecate': { did: 'deprecated', do: 'deprecate' },
  'release.revoke': { did: 'revoked', do: 'revoke' },
  'channel.pin': {
    did: 'pinned',
    do: 'pin',
    rest: (body) => phraseParts(['', spoken(body.object)], ['to', body.details['channel']]),
  },
  'set.create': {
    did: 'wrote the transfer set',
    do: 'write the transfer set',
    rest: (body) => phraseParts(['', body.object], ['with', listed(body.details['releases'])]),
  },
  'set.import': {
    did: 'took in the transfer set',
    do: 'take in the transfer set',
    rest: (body) => phraseParts(['', body.object], ['from', body.details['origin']]),
  },
  'receipt.create': { did: 'wrote the receipt', do: 'write the receipt' },
  'server.add': {
    did: 'added the server',
    do: 'add the server',
    rest: (body) => phraseParts(['', body.object], ['at', body.details['host']]),
  },
  'server.remove': { did: 'removed the server', do: 'remove the server' },
  'server.push': { did: 'pushed', do: 'push', rest: releaseOnServers('to') },
  'server.activate': { did: 'activated', do: 'activate', rest: releaseOnServers('on') },
  'server.rollback': {
    did: 'rolled back',
    do: 'roll back',
    rest: (body) => {
      const { release, servers } = deployed(body);
      return phraseParts(['', body.details['channel']], ['on', servers], ['to', release]);
    },
  },
  'server.fixity': {
    did: 'checked the fixity of',
    do: 'check the fixity of',
    rest: (body) => {
      const { release, servers } = deployed(body);
      return phraseParts(['', release], [release === '' ? '' : 'on', servers]);
    },
  },
  'fixity.run': { did: 'checked the fixity of', do: 'check the fixity of' },
  'gc.run': { did: 'collected garbage:', do: 'collect garbage:' },
  'audit.export': { did: 'exported', do: 'export', rest: (body) => `${body.object} of the audit log` },
};

/** Every act that has a sentence of its own, in alphabetical order: the choices of the act filter. */
export const knownActs: readonly string[] = Object.keys(phrases).sort();

const endings: Record<AuditBody['outcome'], string> = {
  done: '',
  refused: ', and it was refused',
  failed: ', and it failed',
};

/**
 * One audit entry as a sentence, e.g. `operator pinned silero-vad 6.0.0 to canary: "field test 4"`. An act that was
 * refused or failed never reads as done. Unknown acts fall back to their name and object.
 */
export function auditSentence(body: AuditBody): string {
  const phrase = (Object.hasOwn(phrases, body.act) ? phrases[body.act] : undefined) ?? {
    did: `did ${body.act}:`,
    do: `do ${body.act}:`,
  };
  const verb = body.outcome === 'done' ? phrase.did : `tried to ${phrase.do}`;
  const rest = phrase.rest?.(body) ?? spoken(body.object);
  const reason = body.reason === null || body.reason === '' ? '' : `: "${body.reason}"`;
  return `${body.who} ${verb} ${rest}${endings[body.outcome]}${reason}`.replaceAll(/ {2,}/g, ' ').trimEnd();
}
