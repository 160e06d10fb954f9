import { BrowserWindow, session } from 'electron';
import { lockSession } from './lockdown.ts';
import { APP_SCHEME, APP_URL } from './origin.ts';

/** A page and the one style it may load. */
export interface PrintedPage {
  readonly html: string;
  readonly stylePath: string;
  readonly style: string;
}

const POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Prints a page to PDF in a window of its own that is never shown: sandboxed, without script, in a session that is kept nowhere
 * and answers nothing but this page and its style. Throws when it cannot be laid out.
 */
export async function printPage({ html, stylePath, style }: PrintedPage): Promise<Uint8Array> {
  const own = session.fromPartition(`print-${crypto.randomUUID()}`, { cache: false });
  await lockSession(own, false);
  own.protocol.handle(APP_SCHEME, (request) => {
    const isStyle = request.url === APP_URL + stylePath;
    if (!isStyle && request.url !== APP_URL) return new Response(null, { status: 404 });
    const type = isStyle ? 'text/css; charset=utf-8' : 'text/html; charset=utf-8';
    const headers = {
      'Content-Type': type,
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
    };
    return new Response(isStyle ? style : html, { headers });
  });
  const window = new BrowserWindow({
    show: false,
    webPreferences: {
      session: own,
      javascript: false,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: false,
    },
  });
  try {
    await window.loadURL(APP_URL);
    const pdf = await window.webContents.printToPDF({
      pageSize: 'A4',
      printBackground: true,
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate:
        '<div style="font-size:8px;width:100%;text-align:center"><span class="pageNumber"></span> / <span class="totalPages"></span></div>',
      margins: { top: 0.6, bottom: 0.7, left: 0.6, right: 0.6 },
    });
    return new Uint8Array(pdf);
  } finally {
    window.destroy();
  }
}
