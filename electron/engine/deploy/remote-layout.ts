import type { Digest } from '#shared/contract/basics.ts';
import { ChannelName, ModelName } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { hexOf } from '#engine/core/digest.ts';

/** Upload, resume and comparison go by chunks of this size (formats.md). */
export const CHUNK_BYTES = 16 * 1024 * 1024;

/** `<version>-<12 hex>`: the folder of a release on a server. Throws NAME-INVALID for what no semantic version holds. */
export function releaseFolder(version: string, manifestDigest: Digest): string {
  if (!/^[0-9A-Za-z][0-9A-Za-z.+-]*$/.test(version)) {
    throw new AppError('NAME-INVALID', 'The version cannot be a folder’s name on a server.', {
      found: version,
    });
  }
  return `${version}-${shortDigest(manifestDigest)}`;
}

/** The 12 hex digits that stand for a release in folder names and in what probes print. */
export function shortDigest(manifestDigest: Digest): string {
  return hexOf(manifestDigest).slice(0, 12);
}

/** Paths below a server's root (formats.md, "On a GPU server"). */
export class RemoteLayout {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  get blobs(): string {
    return `${this.root}/blobs/sha256`;
  }

  part(hex: string): string {
    return `${this.root}/incoming/${hex}.part`;
  }

  release(model: string, folder: string): string {
    return `${this.root}/releases/${ModelName.parse(model)}/${folder}`;
  }

  /** Where the live link points: relative, so that the root may be mounted elsewhere, e.g. in a container. */
  linkTarget(model: string, folder: string): string {
    return `../../releases/${ModelName.parse(model)}/${folder}`;
  }

  live(model: string, channel: string): string {
    return `${this.root}/live/${ModelName.parse(model)}/${ChannelName.parse(channel)}`;
  }
}

/** The folder's name out of a live link's target; null when it does not point at a release of this model. */
export function folderOfLink(target: string, model: string): string | null {
  const prefix = `../../releases/${model}/`;
  const folder = target.startsWith(prefix) ? target.slice(prefix.length) : '';
  return /^[0-9A-Za-z][0-9A-Za-z.+-]*-[0-9a-f]{12}$/.test(folder) ? folder : null;
}

/** A server's root as it is stored: absolute, no `.`, `..` or empty segment, not `/` itself. Throws NAME-INVALID. */
export function cleanRoot(root: string): string {
  const trimmed = root.replace(/\/+$/, '');
  const segments = trimmed.split('/').slice(1);
  if (segments.length === 0 || segments.some((segment) => ['', '.', '..'].includes(segment))) {
    throw new AppError('NAME-INVALID', `“${root}” cannot be a server's root.`, {
      next: 'Name an absolute folder without . or .. in it, e.g. /srv/models.',
    });
  }
  return trimmed;
}
