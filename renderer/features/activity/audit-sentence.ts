import type { AuditBody } from '#shared/contract/audit.ts';
import { formatRate } from '#shared/format/bytes.ts';

/** How one act reads: as something done, and as something tried. */
interface Phrase {
  readonly did: string;
  readonly do: string;
  /** What follows the verb; the object alone when left out. */
  readonly rest?: (body: AuditBody) => string;
  /** The end of a check that was made and whose finding is bad: it is on record as failed, yet it was not only tried. */
  readonly found?: string;
}

const listed = (words: string | undefined) => (words ?? '').trim().replaceAll(/[\s,]+/g, ', ');

/** `silero-vad@5.0.0` as a person says it; anything else as it is. */
function spoken(object: string): string {
  return object.replace(/^([^\s@]+)@(\S+)$/, '$1 $2');
}

/** Joins words and the values after them; a value that is missing takes its word along. */
function phraseParts(...parts: readonly (readonly [word: string, value: string | undefined])[]): string {
  return parts
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([word, value]) => (word === '' ? value : `${word} ${value}`))
    .join(' ');
}

/** The release and the servers of a deployment. What was refused for several servers has the release as its object. */
function deployed({ object, details }: AuditBody): { release: string; servers: string } {
  return object.includes('@')
    ? { release: spoken(object), servers: listed(details['servers']) }
    : { release: spoken(details['release'] ?? ''), servers: object };
}

function releaseOnServers(word: string): (body: AuditBody) => string {
  return (body) => {
    const { release, servers } = deployed(body);
    return phraseParts(['', release], ['as', body.details['channel']], [word, servers]);
  };
}

/** A channel that goes back on servers. */
function channelBack(body: AuditBody): string {
  const { release, servers } = deployed(body);
  return phraseParts(['', body.details['channel']], ['on', servers], ['to', release]);
}

/** The releases that an entry vouches for. */
function releasesOf(body: AuditBody): string {
  const names = body.subjects.map(({ name }) => name);
  return names
    .filter((name) => /^[^\s@]+@\S+$/.test(name))
    .map(spoken)
    .join(', ');
}

/** A medium by its label and by what it is told from others. */
function mediumOf({ object, details }: AuditBody): string {
  const { serial, knownAs } = details;
  const known = serial === undefined ? knownAs : `serial ${serial}`;
  return phraseParts(['', details['label'] ?? object], ['', known === undefined ? '' : `(${known})`]);
}

/** One volume of a transfer set. */
function volumeOf({ object, details }: AuditBody): string {
  return phraseParts(
    ['volume', details['volume']],
    ['of', details['volumes']],
    ['of the transfer set', object],
  );
}

function every(days: string | undefined): string {
  return days === undefined || Number.isNaN(Number(days)) ? (days ?? '') : `every ${days} days`;
}

function perSecond(bytes: string | undefined): string {
  return bytes === undefined || Number.isNaN(Number(bytes)) ? (bytes ?? '') : formatRate(Number(bytes));
}

const phrases: Readonly<Record<string, Phrase>> = {
  'site.rename': {
    did: 'renamed the site',
    do: 'rename the site',
    rest: (body) => phraseParts(['from', body.details['before']], ['to', body.object]),
  },
  'key.create': { did: 'created the key', do: 'create the key' },
  'anchor.add': {
    did: 'added an anchor of',
    do: 'add an anchor of',
    rest: (body) => phraseParts(['', body.object], ['for', listed(body.details['models'])]),
  },
  'anchor.remove': { did: 'removed an anchor of', do: 'remove an anchor of' },
  'anchor.refresh': { did: 'confirmed anew the anchor of', do: 'confirm anew the anchor of' },
  'anchor.limit': {
    did: 'changed what the anchor counts for:',
    do: 'change what the anchor counts for:',
    rest: (body) => phraseParts(['', body.object], ['to', body.details['after']]),
  },
  'trust.set-policy': { did: 'changed the', do: 'change the' },
  'pack.create': { did: 'wrote', do: 'write' },
  'pack.sign': { did: 'signed', do: 'sign' },
  'pack.accept': { did: 'accepted', do: 'accept' },
  'pack.go-back': { did: 'went back to', do: 'go back to' },
  'revocation.add': {
    did: 'revoked',
    do: 'revoke',
    rest: (body) => phraseParts(['the', body.details['kind']], ['', body.object]),
  },
  'revocation.lift': {
    did: 'lifted the revocation of',
    do: 'lift the revocation of',
    rest: (body) => phraseParts(['the', body.details['kind']], ['', body.object]),
  },
  'anchor.revoke': { did: 'revoked an anchor of', do: 'revoke an anchor of' },
  'import.quarantine': {
    did: 'took',
    do: 'take',
    rest: (body) =>
      phraseParts(['', spoken(body.object)], ['from', body.details['source']], ['', 'into quarantine']),
  },
  'import.scan': { did: 'scanned', do: 'scan' },
  'import.recheck': { did: 'judged again', do: 'judge again' },
  'import.publish': {
    did: 'published',
    do: 'publish',
    rest: (body) =>
      phraseParts(
        ['', spoken(body.object)],
        ['', body.details['accepted'] === 'unsigned' ? 'without a signature' : ''],
        ['', body.details['reviewed'] === undefined ? '' : 'after a review'],
      ),
  },
  'policy.set': {
    did: 'changed the policy to',
    do: 'change the policy to',
    rest: (body) => body.object.replace(/^policy /, ''),
  },
  'waiver.grant': {
    did: 'waived',
    do: 'waive',
    rest: (body) =>
      phraseParts(['', body.details['rule']], ['for', body.object], ['until', body.details['until']]),
  },
  'waiver.revoke': {
    did: 'revoked the waiver of',
    do: 'revoke the waiver of',
    rest: (body) => phraseParts(['', body.details['rule']], ['for', body.object]),
  },
  'evidence.attach': {
    did: 'attached',
    do: 'attach',
    rest: (body) => phraseParts(['the result of', body.details['tool']], ['to', spoken(body.object)]),
  },
  'import.reject': { did: 'rejected', do: 'reject' },
  'release.verify': {
    did: 'verified again',
    do: 'verify again',
    rest: (body) => phraseParts(['', spoken(body.object)], ['', `(${body.details['verdict'] ?? ''})`]),
  },
  'release.deprecate': { did: 'deprecated', do: 'deprecate' },
  'release.revoke': { did: 'revoked', do: 'revoke' },
  'release.sign': {
    did: 'signed',
    do: 'sign',
    rest: (body) => phraseParts(['', spoken(body.object)], ['as', body.details['format']]),
  },
  'channel.pin': {
    did: 'pinned',
    do: 'pin',
    rest: (body) => phraseParts(['', spoken(body.object)], ['to', body.details['channel']]),
  },
  'bundle.create': {
    did: 'wrote the transfer set',
    do: 'write the transfer set',
    rest: (body) => phraseParts(['', body.object], ['with', releasesOf(body)]),
  },
  'bundle.write': {
    did: 'wrote and proved',
    do: 'write and prove',
    rest: volumeOf,
  },
  'bundle.receive': {
    did: 'received',
    do: 'receive',
    rest: (body) => phraseParts(['', volumeOf(body)], ['from', body.details['origin']]),
  },
  'bundle.import': {
    did: 'took in the transfer set',
    do: 'take in the transfer set',
    rest: (body) =>
      phraseParts(
        ['', body.object],
        ['from', body.details['origin']],
        ['with', releasesOf(body)],
        ['', body.details['accepted'] === 'older' ? 'although a newer one was accepted before' : ''],
      ),
  },
  'bundle.re-request': {
    did: 'asked again for parts of the transfer set',
    do: 'ask again for parts of the transfer set',
  },
  'bundle.custody': {
    did: 'took over what a document says of the custody of',
    do: 'take over what a document says of the custody of',
    rest: (body) => phraseParts(['', body.details['sets']], ['from', body.object]),
  },
  'bundle.handover': {
    did: 'handed over the transfer set',
    do: 'hand over the transfer set',
    rest: (body) =>
      phraseParts(
        ['', body.object],
        ['', body.details['volumes'] === undefined ? '' : `(volumes ${listed(body.details['volumes'])})`],
        ['to', body.details['to']],
      ),
  },
  'bundle.attach': {
    did: 'attached evidence to the transfer set',
    do: 'attach evidence to the transfer set',
    rest: (body) => phraseParts(['', body.object], ['', `(${body.subjects[0]?.name ?? ''})`]),
  },
  'media.enter': {
    did: 'saw for the first time the medium',
    do: 'enter the medium',
    rest: mediumOf,
  },
  'media.owner': {
    did: 'entered the owner of the medium',
    do: 'enter the owner of the medium',
    rest: (body) => phraseParts(['', mediumOf(body)], ['as', body.details['owner']]),
  },
  'media.handover': {
    did: 'handed over the medium',
    do: 'hand over the medium',
    rest: (body) => phraseParts(['', mediumOf(body)], ['to', body.details['handed-over']]),
  },
  'media.sanitise': {
    did: 'recorded the sanitising of the medium',
    do: 'record the sanitising of the medium',
    rest: (body) => phraseParts(['', mediumOf(body)], ['by', body.details['sanitised']]),
  },
  'receipt.create': { did: 'wrote the receipt', do: 'write the receipt' },
  'server.add': {
    did: 'added the server',
    do: 'add the server',
    rest: (body) => phraseParts(['', body.object], ['at', body.details['address'] ?? body.details['host']]),
  },
  'server.remove': { did: 'removed the server', do: 'remove the server' },
  'deploy.push': { did: 'pushed', do: 'push', rest: releaseOnServers('to') },
  'deploy.activate-begun': {
    did: 'began to activate',
    do: 'begin to activate',
    rest: releaseOnServers('on'),
  },
  'deploy.activate': { did: 'activated', do: 'activate', rest: releaseOnServers('on') },
  'deploy.rollback-begun': { did: 'began to roll back', do: 'begin to roll back', rest: channelBack },
  'deploy.rollback': { did: 'rolled back', do: 'roll back', rest: channelBack },
  'deploy.fixity': {
    did: 'checked the fixity of',
    do: 'check the fixity of',
    rest: releaseOnServers('on'),
    found: ' and found damage',
  },
  'fixity.run': {
    did: 'checked the fixity of',
    do: 'check the fixity of',
    found: ' and found damage',
  },
  'fixity.read': {
    did: 'read a part of',
    do: 'read a part of',
    found: ' and found damage',
  },
  'fixity.configure': {
    did: 'changed the',
    do: 'change the',
    rest: (body) =>
      phraseParts(
        ['', body.object],
        ['to', every(body.details['everyDays'])],
        ['at', perSecond(body.details['bytesPerSecond'])],
      ),
  },
  'fixity.repair': {
    did: 'repaired',
    do: 'repair',
    rest: (body) => phraseParts(['', body.object], ['from', body.details['from']]),
  },
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
  const phrase: Phrase = (Object.hasOwn(phrases, body.act) ? phrases[body.act] : undefined) ?? {
    did: `did ${body.act}:`,
    do: `do ${body.act}:`,
  };
  const rest = phrase.rest?.(body) ?? spoken(body.object);
  const reason = body.reason === null || body.reason === '' ? '' : `: "${body.reason}"`;
  const found = body.outcome === 'failed' ? phrase.found : undefined;
  const isMade = body.outcome === 'done' || found !== undefined;
  const verb = isMade ? phrase.did : `tried to ${phrase.do}`;
  return `${body.who} ${verb} ${rest}${found ?? endings[body.outcome]}${reason}`;
}
