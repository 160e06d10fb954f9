import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { AppError } from '#engine/core/app-error.ts';
import { readTrustedRoot, type SigstoreRoot } from './trusted-root.ts';

const TARGET = 'trusted_root.json';

/** The trusted root of the public-good Sigstore instance as JSON. Data that was built in; it ages, and nothing renews it. */
export function publicGoodRootText(): string {
  const text = seeds['https://tuf-repo-cdn.sigstore.dev'].targets[TARGET];
  return Buffer.from(text, 'base64').toString('utf8');
}

/** The same, read. */
export function publicGoodRoot(): SigstoreRoot {
  const root = readTrustedRoot(publicGoodRootText(), 'the public-good Sigstore root that comes with the app');
  if (typeof root === 'string')
    throw new AppError('INTERNAL', `the built-in Sigstore root is unusable: ${root}`);
  return root;
}
