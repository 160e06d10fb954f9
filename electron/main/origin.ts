/** The scheme and host under which the window's own files are served; nothing else is ever loaded. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'sallyport';
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/`;

/** Is this an address of the app itself? Compared by parts: `app:` is no special scheme, so its `origin` says `null`. */
export function isAppUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (
    url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === '' && url.password === ''
  );
}
