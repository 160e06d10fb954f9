import { protocol, type Session } from 'electron';
import { APP_SCHEME } from './origin.ts';
import { serveFile } from './served-file.ts';

/** Makes `app://` a standard, secure scheme. Has to run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** Serves the window's own files, below `root`, as `app://sallyport/…` in this session. */
export function serveApp(session: Session, root: string): void {
  session.protocol.handle(APP_SCHEME, async (request) => {
    const { status, headers, body } = await serveFile(root, request.method, request.url);
    return new Response(body, { status, headers });
  });
}
