import { ipcMain, type BrowserWindow } from 'electron';
import type { Logger } from '#engine/core/logger.ts';
import { engineEvents, type EventName, type EventPayload } from '#shared/contract/calls.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from '#shared/contract/ipc.ts';
import { dispatch, type Handlers } from './dispatch.ts';
import { isTrustedSender } from './sender.ts';

/** What is kept of a defect: never the input, which may hold a passphrase. */
export function describe(error: unknown): { message: string; stack: string } {
  return error instanceof Error
    ? { message: error.message, stack: error.stack ?? '' }
    : { message: String(error), stack: '' };
}

/** Answers the calls of one window's main frame and of nobody else. */
export function answerCalls(window: BrowserWindow, handlers: Handlers, log: Logger): void {
  const contents = window.webContents;
  ipcMain.handle(CALL_CHANNEL, (event, name: unknown, input: unknown) => {
    if (!isTrustedSender(event, contents)) throw new Error('This sender may not call.');
    return dispatch(handlers, name, input, (call, error) =>
      log.error('defect', { call, ...describe(error) }),
    );
  });
  window.on('closed', () => ipcMain.removeHandler(CALL_CHANNEL));
}

/** Sends an event of the engine to the window, if it is still there. */
export function sendEvent<N extends EventName>(
  window: BrowserWindow,
  name: N,
  payload: EventPayload<N>,
): void {
  if (window.isDestroyed() || window.webContents.isDestroyed()) return;
  window.webContents.send(EVENT_CHANNEL, name, engineEvents[name].parse(payload));
}
