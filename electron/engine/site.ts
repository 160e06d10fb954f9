import { hostname } from 'node:os';
import type { Registry } from '#engine/registry/registry.ts';

/** Version of the app, kept equal to package.json by a test. */
export const VERSION = '0.1.0';

/** Setting that holds the site's name. */
export const SITE = 'site';

/** The site's name; until someone gives it one, the machine's name made fit for use in sets. */
export function siteName(registry: Registry): string {
  return registry.settings.get(SITE) ?? nameFromHost(hostname());
}

function nameFromHost(host: string): string {
  const slug = host
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return slug === '' ? 'site' : slug.slice(0, 63);
}
