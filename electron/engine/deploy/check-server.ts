import type { Check } from '#shared/contract/evidence.ts';
import type { ServerCheck } from '#shared/contract/fleet.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { AppError } from '#engine/core/app-error.ts';
import { refuseRewoundLog } from './checkpoint-guard.ts';
import { folderOfLink, releaseFolder } from './remote-layout.ts';
import type { DeployHome } from './server-session.ts';
import { SshConnection } from './ssh-connection.ts';
import type { SshTarget } from './ssh-target.ts';
import { surveyServer, type Survey } from './survey.ts';
import { visibleText } from './visible-text.ts';

/** What this site believes to be live on a server. */
export interface BelievedLive {
  readonly model: string;
  readonly channel: string;
  readonly version: string;
  readonly manifestDigest: string;
}

/**
 * Contacts a server and checks all that a push needs, and whether the live links are where this site last left them. Changes
 * nothing. Never throws for the state of the server: each problem is a failed check with its code.
 */
export async function checkServer(
  target: SshTarget,
  home: DeployHome,
  believed: readonly BelievedLive[],
): Promise<ServerCheck> {
  let connection: SshConnection;
  try {
    connection = await SshConnection.open(target, home.files);
  } catch (error) {
    return { server: target.name, checks: [checkOfError('server.reach', error)], freeBytes: null };
  }
  const checks: Check[] = [
    { id: 'server.reach', status: 'verified', found: `${target.user}@${target.host}:${target.port}` },
    {
      id: 'server.host-key',
      status: 'verified',
      expected: target.hostKey.fingerprint,
      found: target.hostKey.fingerprint,
      detail: `ssh accepted only the confirmed ${target.hostKey.keyType} key.`,
    },
  ];
  try {
    const survey = await surveyServer(connection, { lenient: true });
    checks.push(
      ...checksOfSurvey(target, survey),
      auditCheck(target, survey, home),
      ...liveChecks(survey, believed),
    );
    return { server: target.name, checks, freeBytes: survey.freeBytes };
  } catch (error) {
    checks.push(checkOfError('server.survey', error));
    return { server: target.name, checks, freeBytes: null };
  } finally {
    await connection.close();
  }
}

/** An error as one failed check: what happened, the state, and what to do next, in its detail. */
export function checkOfError(id: string, error: unknown): Check {
  if (!(error instanceof AppError)) {
    return {
      id,
      status: 'failed',
      code: 'INTERNAL',
      detail: error instanceof Error ? error.message : String(error),
    };
  }
  const { expected, found, path, state, next, items } = error.details;
  return {
    id,
    status: 'failed',
    code: error.code,
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
    ...(path === undefined ? {} : { path }),
    detail: [error.message, state, next, ...(items ?? [])].filter((text) => text !== undefined).join(' '),
  };
}

function checksOfSurvey(target: SshTarget, survey: Survey): Check[] {
  const missing = survey.missingTools.join(', ');
  const tools: Check =
    missing === ''
      ? { id: 'server.tools', status: 'verified', detail: 'Every program that is needed is there.' }
      : {
          id: 'server.tools',
          status: 'failed',
          code: 'SERVER-TOOL-MISSING',
          expected: 'coreutils or busybox',
          found: `no ${missing}`,
          detail: `Install coreutils or busybox on ${target.name}, or set the PATH of its ssh sessions.`,
        };
  const root: Check =
    survey.notWritable === null
      ? {
          id: 'server.root',
          status: 'verified',
          path: target.root,
          detail: survey.rootPresent ? 'It can be written.' : 'It will be made by the first push.',
        }
      : {
          id: 'server.root',
          status: 'failed',
          code: 'SERVER-FAILED',
          path: target.root,
          found: visibleText(survey.notWritable, 300),
          detail: `Have the file system mounted for writing and let ${target.user} own the root.`,
        };
  const space: Check =
    survey.freeBytes === null
      ? { id: 'server.space', status: 'not-checked', detail: 'df did not say how much space is free.' }
      : {
          id: 'server.space',
          status: 'verified',
          found: `${survey.freeBytes} bytes`,
          detail: `${formatBytes(survey.freeBytes)} free.`,
        };
  return [tools, root, space, ...warnings(survey)];
}

function warnings(survey: Survey): Check[] {
  const found: Check[] = [];
  if (survey.notWritable === null && !survey.hardLinks) {
    const detail = 'The file system takes no hard links: each release needs its space twice.';
    found.push({ id: 'server.hard-links', status: 'warning', detail });
  }
  if (survey.notWritable === null && !survey.canSwitch) {
    const detail = 'A link cannot be replaced by rename (mv -T): nothing can go live here.';
    found.push({ id: 'server.switch', status: 'failed', code: 'SERVER-TOOL-MISSING', detail });
  }
  if (survey.lock !== null) {
    const detail = `Locked for ${survey.lock.ageSeconds} seconds by ${visibleText(survey.lock.owner, 300)}.`;
    found.push({ id: 'server.lock', status: 'warning', code: 'SERVER-LOCKED', detail });
  }
  return found;
}

function auditCheck(target: SshTarget, survey: Survey, home: DeployHome): Check {
  try {
    refuseRewoundLog(target.name, survey.notes, home.log);
    return {
      id: 'server.audit',
      status: 'verified',
      detail: 'What the server saw of the audit log is in it still.',
    };
  } catch (error) {
    return checkOfError('server.audit', error);
  }
}

/** Links the site knows of against what the server has; and links nobody here made. */
function liveChecks(survey: Survey, believed: readonly BelievedLive[]): Check[] {
  const seen = new Map(survey.live.map((link) => [`${link.model}/${link.channel}`, link.target]));
  const checks = believed.map(({ model, channel, version, manifestDigest }): Check => {
    const path = `live/${model}/${channel}`;
    const expected = releaseFolder(version, manifestDigest);
    const target = seen.get(`${model}/${channel}`);
    seen.delete(`${model}/${channel}`);
    const found =
      target === undefined ? 'no link' : (folderOfLink(target, model) ?? visibleText(target, 300));
    if (found === expected) return { id: 'server.live', status: 'verified', path, expected, found };
    return {
      id: 'server.live',
      status: 'failed',
      code: 'STATE-CONFLICT',
      path,
      expected,
      found,
      detail:
        'The live link is not where this site left it. Activate the channel again, or find out who changed it.',
    };
  });
  for (const [path, target] of seen) {
    const detail = 'A live link that this site did not make.';
    checks.push({
      id: 'server.live',
      status: 'warning',
      path: `live/${path}`,
      found: visibleText(target, 300),
      detail,
    });
  }
  return checks;
}
