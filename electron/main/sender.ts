import { isAppUrl } from './origin.ts';

/** The parts of Electron's event, frame and window that the check looks at. */
export interface CallSender<Contents, Frame extends SenderFrame> {
  readonly sender: Contents;
  readonly senderFrame: Frame | null;
}
export interface SenderFrame {
  readonly url: string;
  readonly parent: unknown;
}

/**
 * Does a call come from our own page: the window's contents, its main frame, an `app://` address of ours? A frame that is
 * gone by now is not trusted.
 */
export function isTrustedSender(
  event: CallSender<object, SenderFrame>,
  trusted: { readonly mainFrame: SenderFrame },
): boolean {
  const frame = event.senderFrame;
  return (
    event.sender === trusted &&
    frame !== null &&
    frame === trusted.mainFrame &&
    frame.parent === null &&
    isAppUrl(frame.url)
  );
}
