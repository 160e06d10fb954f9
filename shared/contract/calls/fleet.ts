import { z } from 'zod';
import {
  ChannelName,
  JobStarted,
  LocationHandle,
  ModelName,
  nothing,
  Reason,
  ReleaseRef,
  ServerName,
  Version,
} from '../basics.ts';
import { DeploymentStatus, HostKey, Server, ServerCheck, ServerSettings } from '../fleet.ts';

const servers = z.array(ServerName).min(1).max(256);

/** Calls about servers and what runs on them. */
export const fleetCalls = {
  /** Asks the server for its host keys; nothing is trusted yet. */
  'servers.scanHostKey': {
    input: z.object({ host: ServerSettings.shape.host, port: ServerSettings.shape.port }),
    output: z.array(HostKey),
  },
  'servers.add': {
    input: ServerSettings.extend({
      identityFile: LocationHandle.optional(),
      hostKeyFingerprint: z.string().max(128),
    }),
    output: Server,
  },
  'servers.list': { input: nothing, output: z.array(Server) },
  'servers.check': { input: z.object({ name: ServerName }), output: ServerCheck },
  'servers.remove': { input: z.object({ name: ServerName, reason: Reason }), output: nothing },

  'deploy.push': { input: ReleaseRef.extend({ servers }), output: JobStarted },
  /** Puts what the channel pins live on the servers. */
  'deploy.activate': {
    input: z.object({ model: ModelName, channel: ChannelName, servers }),
    output: JobStarted,
  },
  'deploy.rollback': {
    input: z.object({
      model: ModelName,
      channel: ChannelName,
      servers,
      version: Version.optional(),
      reason: Reason,
    }),
    output: JobStarted,
  },
  'deploy.status': { input: nothing, output: z.array(DeploymentStatus) },
  'deploy.fixity': { input: z.object({ servers }), output: JobStarted },
} as const;
