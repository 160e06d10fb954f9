import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, EventName } from '#shared/contract/calls.ts';
import { BRIDGE_NAME, CALL_CHANNEL, EVENT_CHANNEL } from '#shared/contract/ipc.ts';

type Listener = (payload: unknown) => void;

const listeners = new Map<string, Set<Listener>>();

ipcRenderer.on(EVENT_CHANNEL, (_event, name: string, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(payload);
});

function listen(name: EventName, listener: Listener): () => void {
  if (typeof listener !== 'function') throw new TypeError('a listener is a function');
  // Wrapped, so that one function can listen twice and each subscription ends by itself.
  const own: Listener = (payload) => listener(payload);
  const ofName = listeners.get(name) ?? new Set();
  listeners.set(name, ofName.add(own));
  return () => ofName.delete(own);
}

/** All that a window gets. Names and inputs are checked in the main process; nothing here is trusted. */
const bridge = {
  call: (name: string, input: unknown) => ipcRenderer.invoke(CALL_CHANNEL, name, input),
  on: listen,
} as Bridge;

contextBridge.exposeInMainWorld(BRIDGE_NAME, bridge);
