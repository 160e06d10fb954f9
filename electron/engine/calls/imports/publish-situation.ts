import type { Check } from '#shared/contract/evidence.ts';
import type { Waiver } from '#shared/contract/policy.ts';
import type { PublishSituation } from '#engine/policy/publish-policy.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import { checkLasting } from '#engine/trust/excuse-expiry.ts';
import type { EngineContext } from '../../context.ts';
import { describeObjection, findObjections, signersOf } from '../trust/affected.ts';
import { earlierRecords } from '../trust/earlier-records.ts';
import { trustPolicyInForce } from '../trust/trust-status.ts';
import { listWaivers } from '../scan/waivers.ts';

/** The rule by which a person waives a signature that does not hold, for one release by its manifest's digest. */
export const SIGNATURE_RULE = 'signature';

/** Everything of now that decides whether an import may be published, beside its evidence. */
export function publishSituation(context: EngineContext, row: ImportRow): PublishSituation {
  const { registry } = context;
  const files = registry.imports.files(row.id);
  const objections = findObjections(registry.revocations.list(), { ...row, files });
  const waiver = signatureWaiver(context, row);
  return {
    model: row.model,
    anchors: registry.anchors.list(),
    objections: [
      ...objections.map((objection): Check => {
        const { revocation, path } = objection;
        return {
          id: 'revocation',
          status: 'failed',
          code: 'DIGEST-REVOKED',
          ...(path === null ? {} : { path }),
          expected: 'nothing that is revoked',
          found: revocation.value,
          detail: describeObjection(objection),
        };
      }),
      ...(objections.length > 0 ? [] : checkExpired(context, row)),
    ],
    trust: trustPolicyInForce(context).policy,
    waiver: waiver === null ? null : { by: waiver.grantedBy, reason: waiver.reason },
  };
}

/** Certificates and keys that ended since the evidence was found, each excused by this site's record or not. */
function checkExpired(context: EngineContext, row: ImportRow): Check[] {
  const { evidence } = row;
  if (evidence === null) return [];
  const at = context.floor.now();
  const records = earlierRecords(context, { importId: row.id, manifestDigest: row.manifestDigest });
  return signersOf(evidence).flatMap((signer) => {
    const isKnown = evidence.checkedAt >= (signer.validUntil ?? '9999');
    return isKnown ? [] : (checkLasting(signer, at, records) ?? []);
  });
}

/** The waiver in force for the signature of exactly this release. */
function signatureWaiver(context: EngineContext, { manifestDigest }: ImportRow): Waiver | null {
  if (manifestDigest === null) return null;
  const waivers = listWaivers(context, manifestDigest);
  return waivers.find(({ rule, state }) => rule === SIGNATURE_RULE && state === 'active') ?? null;
}
