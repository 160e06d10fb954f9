import { describe, expect, test } from 'vitest';
import { isTrustedSender, type CallSender, type SenderFrame } from '../../../electron/main/sender.ts';

const mainFrame = { url: 'app://sallyport/', parent: null };
const contents = { mainFrame };

describe('who may call', () => {
  test("our window's main frame at our address", () => {
    expect(isTrustedSender({ sender: contents, senderFrame: mainFrame }, contents)).toBe(true);
  });

  test.each<[string, CallSender<object, SenderFrame>]>([
    ['another window', { sender: { mainFrame }, senderFrame: mainFrame }],
    ['a frame that is gone', { sender: contents, senderFrame: null }],
    ['a frame inside ours', { sender: contents, senderFrame: { url: mainFrame.url, parent: mainFrame } }],
    ['another frame without a parent', { sender: contents, senderFrame: { ...mainFrame } }],
  ])('not %s', (_who, event) => {
    expect(isTrustedSender(event, contents)).toBe(false);
  });

  test.each([
    'about:blank',
    'https://sallyport/',
    'app://elsewhere/',
    'app://sallyport.example/',
    'app://x@sallyport/',
    'data:text/html,app://sallyport/',
    'file:///app/sallyport/',
    '',
  ])('not our main frame when it shows %s', (url) => {
    const frame = { url, parent: null };
    const moved = { mainFrame: frame };
    expect(isTrustedSender({ sender: moved, senderFrame: frame }, moved)).toBe(false);
  });
});
