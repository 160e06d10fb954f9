import { z } from 'zod';

/** `sha256:` and 64 lower-case hex digits. */
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
export type Digest = z.infer<typeof Digest>;

/** RFC 3339 UTC with milliseconds, e.g. `2026-11-23T11:02:03.004Z`. */
export const Timestamp = z.iso.datetime({ precision: 3 });
export type Timestamp = z.infer<typeof Timestamp>;

/** Lower-case letters, digits, `.`, `_`, `-`; starts with a letter or digit. Safe as a folder name everywhere. */
const slug = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/);
export const ModelName = slug(96);
export const ChannelName = slug(48);
export const ServerName = slug(64);
export const PersonName = slug(64);

/** A semantic version as the `semver` library parses it; the engine parses it, the contract only bounds it. */
export const Version = z.string().min(1).max(128);

/** Free text that a person typed; never rendered as anything but text. */
export const Reason = z.string().trim().min(1).max(2000);

/** An opaque stand-in for a path, issued by a dialog, the volume list or the command line. */
export const LocationHandle = z.string().regex(/^loc-[0-9a-f]{32}$/);
export type LocationHandle = z.infer<typeof LocationHandle>;

/** A location as a window may show it: never enough to name another path. */
export const Location = z.object({ handle: LocationHandle, label: z.string() });
export type Location = z.infer<typeof Location>;

export const SizeBytes = z.number().int().nonnegative();
export const JobId = z.string().regex(/^job-[0-9a-f]{16}$/);
export const ImportId = z.string().regex(/^imp-[0-9a-f]{16}$/);

/** The answer of every call that starts a job. */
export const JobStarted = z.object({ jobId: JobId });

export const ReleaseRef = z.object({ model: ModelName, version: Version });
export type ReleaseRef = z.infer<typeof ReleaseRef>;

/** For calls that ask nothing, or answer nothing. */
export const nothing = z.object({});
