import path from 'node:path';
import type { SiteInfo, SystemStatus } from '#shared/contract/system.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { CallHandlers, EngineContext } from '../context.ts';
import { SITE, VERSION } from '../site.ts';
import { AUDIT_OK, AUDIT_VERIFIED_AT } from './audit.ts';
import { deploymentStatus } from './deploy/deployment-status.ts';
import { runDoctor } from './upkeep/doctor.ts';
import { oldestAnchorDays } from './trust/trust-status.ts';

/** The site itself: its name, its state at a glance, its health. */
export function siteCalls(
  context: EngineContext,
): CallHandlers<'site.info' | 'site.rename' | 'system.status' | 'system.doctor'> {
  return {
    'site.info': () => siteInfo(context),
    'site.rename': ({ site }) => {
      if (site === context.site())
        throw new AppError('STATE-CONFLICT', `The site is called ${site} already.`);
      context.govern({ act: 'site.rename', object: site, details: { before: context.site() } }, () =>
        context.registry.settings.set(SITE, site),
      );
      context.changed('audit');
      return siteInfo(context);
    },
    'system.status': () => systemStatus(context),
    'system.doctor': () => runDoctor(context),
  };
}

function siteInfo(context: EngineContext): SiteInfo {
  return {
    site: context.site(),
    version: VERSION,
    homeLabel: path.basename(context.home.root),
    platform: `${process.platform} ${process.arch}`,
  };
}

function systemStatus(context: EngineContext): SystemStatus {
  const { registry, audit, floor } = context;
  const ok = registry.settings.get(AUDIT_OK);
  return {
    auditSize: audit.head().size,
    auditVerifiedAt: registry.settings.get(AUDIT_VERIFIED_AT),
    auditOk: ok === null ? null : ok === 'true',
    oldestTrustDays: oldestAnchorDays(context, floor.now()),
    clockBehind: floor.behind() !== null,
    waitingImports: registry.imports.list().filter((row) => row.state === 'quarantined').length,
    serversOffPin: new Set(
      deploymentStatus(registry)
        .filter((place) => !place.matchesPin)
        .map((place) => place.server),
    ).size,
  };
}
