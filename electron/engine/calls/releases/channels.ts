import type { Channel, Pin } from '#shared/contract/releases.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { pinSubject } from '#engine/audit/records.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { refuseRevocation } from '../trust/affected.ts';
import { findRelease } from './find-release.ts';

/** Channels and their history. */
export function channelCalls(
  context: EngineContext,
): CallHandlers<'channels.list' | 'channels.pin' | 'channels.asOf'> {
  const { registry, clock, session } = context;
  return {
    'channels.list': ({ model }) =>
      registry.channels.list(model).map(({ model: name, channel }): Channel => {
        const history = registry.channels.history(name, channel);
        const current = history[0];
        if (current === undefined)
          throw new AppError('INTERNAL', `Channel ${channel} of ${name} has no pin.`);
        return { model: name, channel, current, history };
      }),

    'channels.pin': ({ model, channel, version, reason }) => {
      const release = findRelease(registry, model, version);
      if (release.state === 'revoked') {
        throw new AppError('RELEASE-REVOKED', `${model}@${version} is revoked and cannot be pinned.`, {
          state: `${channel} stays as it was.`,
        });
      }
      refuseRevocation(registry, release, `${channel} stays as it was.`);
      const pin: Pin = {
        model,
        channel,
        version: release.version,
        manifestDigest: release.manifestDigest,
        at: timestamp(clock),
        by: session.actor().who,
        reason,
      };
      const object = `${model}@${release.version}`;
      context.govern(
        {
          act: 'channel.pin',
          object,
          subjects: [{ name: object, digest: release.manifestDigest }, pinSubject(pin)],
          reason,
          details: { channel },
        },
        () => registry.channels.pin({ ...pin, releaseId: release.id }),
      );
      context.changed('channels', 'releases', 'deployments', 'audit');
      return pin;
    },

    'channels.asOf': ({ model, channel, at }) => registry.channels.asOf(model, channel, at),
  };
}
