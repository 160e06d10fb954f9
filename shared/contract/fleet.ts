import { z } from 'zod';
import { ChannelName, Digest, ModelName, ServerName, Timestamp, Version } from './basics.ts';
import { Check } from './evidence.ts';

/** `ed25519 SHA256:…` as `ssh-keyscan` and `ssh-keygen -l` name it. */
export const HostKey = z.object({ keyType: z.string(), fingerprint: z.string() });
export type HostKey = z.infer<typeof HostKey>;

export const ServerSettings = z.object({
  name: ServerName,
  host: z
    .string()
    .min(1)
    .max(253)
    .regex(/^[A-Za-z0-9:][A-Za-z0-9.:_-]*$/),
  port: z.number().int().min(1).max(65535).default(22),
  user: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/),
  /** Absolute folder on the server. */
  root: z
    .string()
    .max(1024)
    .regex(/^\/[^\u0000-\u001f]*$/),
  group: z.string().max(64).default(''),
  /** Run by the server's shell after the live link was switched; may use $SALLYPORT_MODEL, _VERSION, _DIGEST, _PATH, _CHANNEL. */
  activationCommand: z.string().max(2000).default(''),
  /** Must exit 0 and print the release's manifest digest or its folder's name: the identity that is really served. */
  probeCommand: z.string().max(2000).default(''),
  probeTimeoutSeconds: z.number().int().min(1).max(3600).default(60),
});
export type ServerSettings = z.infer<typeof ServerSettings>;

export const Server = ServerSettings.extend({
  hostKey: HostKey,
  addedAt: Timestamp,
  addedBy: z.string(),
  lastContactAt: Timestamp.nullable(),
});
export type Server = z.infer<typeof Server>;

export const ServerCheck = z.object({
  server: ServerName,
  checks: z.array(Check),
  freeBytes: z.number().int().nullable(),
});
export type ServerCheck = z.infer<typeof ServerCheck>;

export const DeployedRelease = z.object({ version: Version, manifestDigest: Digest });
export type DeployedRelease = z.infer<typeof DeployedRelease>;

/** One cell of the fleet matrix. */
export const DeploymentStatus = z.object({
  server: ServerName,
  model: ModelName,
  channel: ChannelName,
  live: DeployedRelease.nullable(),
  pinned: DeployedRelease.nullable(),
  matchesPin: z.boolean(),
  /** The revocation that stands against what is live, as a sentence; null when none does. */
  objection: z.string().nullable(),
  /** Where a rollback would go: the last release that was live and healthy before this one. */
  rollbackTarget: DeployedRelease.nullable(),
  /** When the server last proved, by hashing, that it holds what is live. */
  provenAt: Timestamp.nullable(),
  changedAt: Timestamp.nullable(),
});
export type DeploymentStatus = z.infer<typeof DeploymentStatus>;

/** What happened on one server during a push, an activation, a rollback or a fixity check. */
export const ServerOutcome = z.object({
  server: ServerName,
  ok: z.boolean(),
  bytesSent: z.number().int(),
  bytesAlreadyThere: z.number().int(),
  /** Time the server itself spent hashing; waiting for its disk is not in it. */
  serverHashMs: z.number().int(),
  live: DeployedRelease.nullable(),
  checks: z.array(Check),
});
export type ServerOutcome = z.infer<typeof ServerOutcome>;
