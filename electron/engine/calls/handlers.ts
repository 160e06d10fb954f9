import type { EngineCallName } from '#shared/contract/calls.ts';
import type { CallHandlers, EngineContext } from '../context.ts';
import { anchorCalls } from './anchors.ts';
import { auditCalls } from './audit.ts';
import { bundleCalls } from './bundles.ts';
import { channelCalls } from './channels.ts';
import { deployCalls } from './deploy.ts';
import { compareCalls } from './compare.ts';
import { evidenceCalls } from './evidence.ts';
import { exportCalls } from './export-evidence.ts';
import { findPackCalls } from './find-packs.ts';
import { fixityCalls } from './fixity.ts';
import { gcCalls } from './gc.ts';
import { importCalls } from './imports.ts';
import { jobCalls } from './jobs.ts';
import { keyCalls } from './keys.ts';
import { makePackCalls } from './make-pack.ts';
import { mediaCalls } from './media.ts';
import { policyCalls } from './policy.ts';
import { receiptCalls } from './receipts.ts';
import { releaseSignatureCalls } from './release-signatures.ts';
import { releaseCalls } from './releases.ts';
import { revocationCalls } from './revocations.ts';
import { scanCalls } from './scan.ts';
import { serverCalls } from './servers.ts';
import { signCalls } from './sign.ts';
import { siteCalls } from './site.ts';
import { transferCalls } from './transfers.ts';
import { limitAnchorCalls } from './limit-anchor.ts';
import { trustPackCalls } from './trust-packs.ts';
import { trustStatusCalls } from './trust-status.ts';
import { verifyCalls } from './verify.ts';
import { waiverCalls } from './waivers.ts';

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
