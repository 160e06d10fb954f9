import type { EngineCallName } from '#shared/contract/calls.ts';
import type { CallHandlers, EngineContext } from '../context.ts';
import { anchorCalls } from './trust/anchors.ts';
import { auditCalls } from './audit.ts';
import { bundleCalls } from './transfers/bundles.ts';
import { channelCalls } from './releases/channels.ts';
import { deployCalls } from './deploy/deploy.ts';
import { compareCalls } from './releases/compare.ts';
import { evidenceCalls } from './evidence/evidence.ts';
import { exportCalls } from './evidence/export-evidence.ts';
import { findPackCalls } from './trust/find-packs.ts';
import { fixityCalls } from './upkeep/fixity.ts';
import { gcCalls } from './upkeep/gc.ts';
import { importCalls } from './imports/imports.ts';
import { jobCalls } from './jobs.ts';
import { keyCalls } from './keys.ts';
import { makePackCalls } from './trust/make-pack.ts';
import { mediaCalls } from './transfers/media.ts';
import { policyCalls } from './scan/policy.ts';
import { receiptCalls } from './transfers/receipts.ts';
import { releaseSignatureCalls } from './trust/release-signatures.ts';
import { releaseCalls } from './releases/releases.ts';
import { revocationCalls } from './trust/revocations.ts';
import { scanCalls } from './scan/scan.ts';
import { serverCalls } from './deploy/servers.ts';
import { signCalls } from './trust/sign.ts';
import { siteCalls } from './site.ts';
import { transferCalls } from './transfers/transfers.ts';
import { limitAnchorCalls } from './trust/limit-anchor.ts';
import { trustPackCalls } from './trust/trust-packs.ts';
import { trustStatusCalls } from './trust/trust-status.ts';
import { verifyCalls } from './trust/verify.ts';
import { waiverCalls } from './scan/waivers.ts';

/** Every call of the contract with its handler; the type says that none is missing. */
export function buildHandlers(context: EngineContext): CallHandlers<EngineCallName> {
  return {
    ...siteCalls(context),
    ...keyCalls(context),
    ...anchorCalls(context),
    ...limitAnchorCalls(context),
    ...trustStatusCalls(context),
    ...trustPackCalls(context),
    ...findPackCalls(context),
    ...makePackCalls(context),
    ...revocationCalls(context),
    ...mediaCalls(context),
    ...verifyCalls(context),
    ...signCalls(context),
    ...releaseSignatureCalls(context),
    ...scanCalls(context),
    ...policyCalls(context),
    ...waiverCalls(context),
    ...evidenceCalls(context),
    ...exportCalls(context),
    ...importCalls(context),
    ...releaseCalls(context),
    ...compareCalls(context),
    ...channelCalls(context),
    ...bundleCalls(context),
    ...transferCalls(context),
    ...receiptCalls(context),
    ...serverCalls(context),
    ...deployCalls(context),
    ...fixityCalls(context),
    ...gcCalls(context),
    ...auditCalls(context),
    ...jobCalls(context),
  };
}
