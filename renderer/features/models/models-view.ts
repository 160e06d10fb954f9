import { goTo, type PlaceTarget } from '#renderer/lib/navigation.ts';

/** What the place shows. It lives in the navigation's target, so that going back works. */
export type ModelsView =
  | { readonly kind: 'list' }
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'release'; readonly model: string; readonly version: string }
  | { readonly kind: 'compare'; readonly model: string; readonly before: string; readonly after: string };

/** Reads a target: `{ model }`, `{ model, version }` or `{ model, before, after }`; anything else is the list. */
export function viewOf(target: PlaceTarget): ModelsView {
  const { model, version, before, after } = target;
  if (model === undefined) return { kind: 'list' };
  if (version !== undefined) return { kind: 'release', model, version };
  if (before !== undefined && after !== undefined) return { kind: 'compare', model, before, after };
  return { kind: 'model', model };
}

/** Shows every model. */
export function openList(): void {
  goTo('models');
}

/** Shows one model's versions and channels. */
export function openModel(model: string): void {
  goTo('models', { model });
}

/** Shows one release. */
export function openRelease(model: string, version: string): void {
  goTo('models', { model, version });
}

/** Shows what changed between two versions. */
export function openComparison(model: string, before: string, after: string): void {
  goTo('models', { model, before, after });
}
