import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isAppUrl } from './origin.ts';

/** Sent with every answer; word for word what the project's security list asks for. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
  "connect-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** What is answered to one request. */
export interface ServedFile {
  readonly status: 200 | 403 | 404 | 405;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

function refuse(status: 403 | 404 | 405): ServedFile {
  return { status, headers: headersFor('text/plain; charset=utf-8'), body: null };
}

function headersFor(mediaType: string): Record<string, string> {
  return {
    'Content-Type': mediaType,
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}

/** Is `target` strictly below `root`? Both are real paths, so no link leads out. */
function isBelow(root: string, target: string): boolean {
  const relative = path.relative(root, target);
  return (
    relative !== '' &&
    relative !== '..' &&
    !relative.startsWith(`..${path.sep}`) &&
    !path.isAbsolute(relative)
  );
}

function wantedPath(address: string): string | null {
  try {
    const pathname = decodeURIComponent(new URL(address).pathname);
    if (pathname.includes('\0') || pathname.includes('\\')) return null;
    return pathname === '/' ? '/index.html' : pathname;
  } catch {
    return null;
  }
}

/**
 * Answers a request for one of the window's own files below `root`. Never throws: what is outside, is no regular file or has
 * an unknown type is refused, and every answer carries the content security policy.
 */
export async function serveFile(root: string, method: string, address: string): Promise<ServedFile> {
  if (method !== 'GET' && method !== 'HEAD') return refuse(405);
  if (!isAppUrl(address)) return refuse(403);
  const wanted = wantedPath(address);
  if (wanted === null) return refuse(403);
  try {
    const realRoot = await realpath(root);
    const file = await realpath(path.join(realRoot, wanted));
    if (!isBelow(realRoot, file)) return refuse(403);
    const mediaType = mediaTypes[path.extname(file).toLowerCase()];
    if (mediaType === undefined || !(await stat(file)).isFile()) return refuse(404);
    const body = method === 'HEAD' ? null : new Uint8Array(await readFile(file));
    return { status: 200, headers: headersFor(mediaType), body };
  } catch {
    return refuse(404);
  }
}
