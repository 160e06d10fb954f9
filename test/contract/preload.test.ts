import { beforeAll, expect, test, vi } from 'vitest';
import type { Bridge } from '#shared/contract/calls.ts';
import { BRIDGE_NAME, CALL_CHANNEL, EVENT_CHANNEL } from '#shared/contract/ipc.ts';

const exposed = new Map<string, unknown>();
const invoked: unknown[][] = [];
const channels = new Map<string, (event: unknown, ...rest: unknown[]) => void>();

// The preload script runs in a sandboxed page only; here its two partners are stand-ins. The real ones are in test/e2e.
vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => exposed.set(name, value) },
  ipcRenderer: {
    invoke: (...call: unknown[]) => (invoked.push(call), Promise.resolve({ ok: true, value: {} })),
    on: (channel: string, listener: (event: unknown, ...rest: unknown[]) => void) =>
      channels.set(channel, listener),
  },
}));

beforeAll(async () => {
  await import('../../electron/preload/index.ts');
});

const bridge = () => exposed.get(BRIDGE_NAME) as Bridge;
const send = (...event: unknown[]) => channels.get(EVENT_CHANNEL)?.({ sender: 'inside' }, ...event);

test('the preload script exposes one bridge with two functions, on two channels', () => {
  expect([...exposed.keys()]).toEqual([BRIDGE_NAME]);
  expect(Object.keys(bridge()).sort()).toEqual(['call', 'on']);
  expect([...channels.keys()]).toEqual([EVENT_CHANNEL]);
});

test('a call goes over the one channel for calls, whatever its name', async () => {
  await bridge().call('site.info', {});
  expect(invoked).toEqual([[CALL_CHANNEL, 'site.info', {}]]);
});

test('a listener gets the payload alone, of its own event, until it unsubscribes', () => {
  const heard: unknown[][] = [];
  const stop = bridge().on('changed', (...all: unknown[]) => heard.push(all));
  const stopAgain = bridge().on('changed', (...all: unknown[]) => heard.push(all));
  send('job', { id: 1 });
  send('changed', { topics: ['audit'] });
  stop();
  send('changed', { topics: ['media'] });
  stopAgain();
  send('changed', { topics: ['people'] });
  expect(heard).toEqual([[{ topics: ['audit'] }], [{ topics: ['audit'] }], [{ topics: ['media'] }]]);
});

test('a listener that is no function is refused', () => {
  expect(() => bridge().on('job', 'text' as never)).toThrow(TypeError);
});
