import type { ParsedInput } from '#shared/contract/calls.ts';
import type { AcceptedPack, TrustPackDetail, TrustPackInspection } from '#shared/contract/trust-pack.ts';
import { revocationSubject, trustPackSubject } from '#engine/audit/records.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { newId } from '#engine/core/ids.ts';
import type { NewRevocation } from '#engine/registry/revocations.ts';
import type { TrustPackRow } from '#engine/registry/trust-packs.ts';
import { type OpenedPack, openPack } from '#engine/trust/pack/open-pack.ts';
import { checkPack } from '#engine/trust/pack/pack-rules.ts';
import {
  anchorIdentity,
  MAX_PACK_BYTES,
  type PackAnchor,
  type TrustPack,
} from '#engine/trust/pack/trust-pack.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { readSmallFile } from './anchor-files.ts';
import { affectedBy } from './affected.ts';
import { checkMaterial } from './pack-anchors.ts';
import { comparePacks, describePlan, quorumsOf } from './pack-changes.ts';
import {
  currentPack,
  expiryIn,
  type HeldPack,
  type PackPlan,
  planPack,
  readHeldPack,
  summarizePack,
} from './pack-plan.ts';

type Names = 'trust.pack.inspect' | 'trust.pack.accept' | 'trust.pack.list' | 'trust.pack.get';

/** Packs of trust data that come by media: looked at, accepted, never backwards. */
export function trustPackCalls(context: EngineContext): CallHandlers<Names> {
  const { registry, locations } = context;
  return {
    'trust.pack.inspect': async ({ source, roots }) => {
      const bytes = await readSmallFile(locations.resolve(source), MAX_PACK_BYTES);
      return inspect(context, await open(context, bytes, { roots, allowOlder: false }));
    },

    'trust.pack.accept': async (input) => {
      const bytes = await readSmallFile(locations.resolve(input.source), MAX_PACK_BYTES);
      return await accept(context, bytes, input);
    },

    'trust.pack.list': () => registry.trustPacks.list().map(describeAccepted),

    'trust.pack.get': ({ digest, acceptedAt }) => {
      const rows = registry.trustPacks.list();
      const place = rows.findIndex((row) => row.digest === digest && row.acceptedAt === acceptedAt);
      const row = rows[place];
      if (row === undefined) throw new AppError('NOT-FOUND', `No trust pack ${digest} was accepted then.`);
      return describeInDetail(row, rows[place + 1] ?? null);
    },
  };
}

function describeInDetail(row: TrustPackRow, replaced: TrustPackRow | null): TrustPackDetail {
  const before = replaced === null ? null : readHeldPack(replaced).content;
  const roots = before?.roots ?? null;
  return {
    pack: describeAccepted(row),
    before: replaced === null ? null : { number: replaced.number, acceptedAt: replaced.acceptedAt },
    quorums: quorumsOf(roots, openPack(row.envelope, roots)),
    changes: comparePacks(before, readHeldPack(row).content),
  };
}

/** An accepted pack as the contract shows it. */
export function describeAccepted(row: TrustPackRow): AcceptedPack {
  const { acceptedAt, acceptedBy, olderReason } = row;
  return { ...summarizePack(readHeldPack(row).content), acceptedAt, acceptedBy, olderReason };
}

interface Judged {
  readonly current: HeldPack | null;
  readonly opened: OpenedPack;
  readonly checks: TrustPackInspection['checks'];
}

async function open(
  context: EngineContext,
  bytes: Uint8Array,
  { roots, allowOlder }: { roots: readonly string[]; allowOlder: boolean },
): Promise<Judged> {
  const named = openPack(bytes, currentPack(context.registry)?.roots ?? null).content?.anchors ?? [];
  const materials = await Promise.all(named.map(checkMaterial));
  // What is in force is looked at after the last wait, so that two packs at once are judged one after the other.
  const current = currentPack(context.registry);
  const opened = openPack(bytes, current?.roots ?? null);
  const situation = { current, confirmed: roots, allowOlder, at: context.floor.now() };
  const checks = [...checkPack(opened, situation), ...materials.flat(), ...context.floor.checks()];
  return { current, opened, checks };
}

function inspect(context: EngineContext, { current, opened, checks }: Judged): TrustPackInspection {
  const { registry } = context;
  const { content, signatures } = opened;
  const seen = {
    current: current === null ? null : describeAccepted(current.row),
    signedBy: [
      ...new Set(signatures.flatMap(({ root, holds }) => (holds && root !== null ? [root.name] : []))),
    ],
    quorums: quorumsOf(current?.roots ?? null, opened),
    acceptable: checks.every(({ status }) => status !== 'failed'),
    checks,
  };
  if (content === null) {
    const changes = { anchors: [], kept: 0, revocations: [], rootsChange: false };
    return { pack: null, ...seen, changes, affects: affectedBy(registry, []) };
  }
  const plan = planPack(registry, content);
  const changes = describePlan(registry, plan, { before: current?.content ?? null, content });
  return { pack: summarizePack(content), ...seen, changes, affects: affectedBy(registry, plan.revoke) };
}

/** Puts a pack in the place of the one before, in one transaction; a refusal is on record too. */
async function accept(
  context: EngineContext,
  bytes: Uint8Array,
  { roots, olderReason }: ParsedInput<'trust.pack.accept'>,
): Promise<AcceptedPack> {
  const { registry, clock, session } = context;
  const allowOlder = olderReason !== undefined;
  const { current, opened, checks } = await open(context, bytes, { roots, allowOlder });
  const { content, digest } = opened;
  refuseFailedPack(context, opened, checks);
  if (content === null || digest === null) throw new AppError('INTERNAL', 'A pack passed without content.');
  const way = current !== null && content.number < current.number ? 'back' : 'on';
  const row: TrustPackRow = {
    digest,
    authority: content.authority,
    number: content.number,
    acceptedAt: timestamp(clock),
    acceptedBy: session.actor().who,
    olderReason: way === 'back' ? (olderReason ?? null) : null,
    envelope: bytes,
  };
  const plan = planPack(registry, content);
  const revocations = plan.revoke.map((revocation): NewRevocation => {
    const { acceptedAt: recordedAt, acceptedBy: recordedBy } = row;
    return { ...revocation, id: newId('rev', 4), recordedAt, recordedBy, pack: content.number };
  });
  context.govern(
    {
      act: way === 'back' ? 'pack.go-back' : 'pack.accept',
      object: nameOf(content),
      subjects: [
        { name: nameOf(content), digest },
        trustPackSubject(row),
        ...revocations.map(revocationSubject),
      ],
      ...(row.olderReason === null ? {} : { reason: row.olderReason }),
      details: {
        added: String(plan.add.length),
        dropped: String(plan.retire.length),
        revoked: String(plan.revoke.length),
        ...(current === null ? {} : { before: String(current.number) }),
      },
    },
    () => {
      registry.trustPacks.add(row);
      for (const revocation of revocations) registry.revocations.add(revocation);
      apply(context, content, plan, row);
      context.floor.raise(content.createdAt, nameOf(content));
    },
  );
  context.changed('trust', 'anchors', 'releases', 'imports', 'audit');
  return describeAccepted(row);
}

function refuseFailedPack(
  context: EngineContext,
  { content }: OpenedPack,
  checks: TrustPackInspection['checks'],
): void {
  const failed = checks.filter(({ status }) => status === 'failed');
  const [first] = failed;
  if (first === undefined) return;
  const object = content === null ? 'trust pack' : nameOf(content);
  const code = first.code ?? 'FORMAT-INVALID';
  context.recordRefusal({ act: 'pack.accept', object, details: { code } });
  context.changed('audit');
  throw new AppError(code, `${object} is not accepted. ${first.detail ?? ''}`, {
    ...(first.expected === undefined ? {} : { expected: first.expected }),
    ...(first.found === undefined ? {} : { found: first.found }),
    items: failed.map(({ id, detail }) => `${id}: ${detail ?? ''}`),
    state: 'What counted before counts on; nothing of the pack does.',
    next: nextStep(code),
  });
}

function nextStep(code: string): string {
  switch (code) {
    case 'FINGERPRINT-UNCONFIRMED':
      return 'Compare the fingerprint of each root key with its holder, then name them all (--root).';
    case 'PACK-OUTDATED':
      return 'Ask for the newest pack. To go back all the same, give a reason (--older-reason); it goes on record.';
    case 'PACK-UNAUTHORISED':
      return 'Have enough root holders sign it (trust pack sign), or accept the packs in between first.';
    default:
      return 'Ask its issuer for a good copy.';
  }
}

function apply({ registry }: EngineContext, content: TrustPack, plan: PackPlan, row: TrustPackRow): void {
  const { acceptedAt, acceptedBy, number } = row;
  for (const { id } of plan.retire) {
    registry.anchors.retire(id, { at: acceptedAt, by: acceptedBy, reason: `dropped by ${nameOf(content)}` });
  }
  for (const anchor of plan.keep) {
    const next = content.anchors.find((each) => anchorIdentity(each) === anchorIdentity(anchor));
    registry.anchors.refresh(anchor.id, {
      ...(next ?? anchor),
      refreshedAt: content.createdAt,
      expiresAt: expiryIn(content, next ?? anchor),
      pack: number,
    });
  }
  for (const anchor of plan.add) registry.anchors.add(toTrustAnchor(content, anchor, row));
}

function toTrustAnchor(content: TrustPack, anchor: PackAnchor, { acceptedAt, acceptedBy }: TrustPackRow) {
  return {
    ...anchor,
    id: newId('anchor', 4),
    source: nameOf(content),
    addedAt: acceptedAt,
    addedBy: acceptedBy,
    // The authority vouched for it then, however long the pack was on its way.
    refreshedAt: content.createdAt,
    expiresAt: expiryIn(content, anchor),
    revokedAt: null,
    revokedReason: null,
    pack: content.number,
  };
}

function nameOf({ authority, number }: Pick<TrustPack, 'authority' | 'number'>): string {
  return `trust pack ${number} of ${authority}`;
}
