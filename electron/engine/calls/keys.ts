import type { CallHandlers, EngineContext } from '../context.ts';

type Names = 'keys.create' | 'keys.list' | 'session.get' | 'session.unlock' | 'session.lock';

/** People's keys, and who acts now. */
export function keyCalls(context: EngineContext): CallHandlers<Names> {
  const { keys, session } = context;
  return {
    'keys.create': async ({ name, passphrase }) => {
      const key = await keys.create(name, passphrase);
      context.govern(
        { act: 'key.create', object: name, details: { fingerprint: key.fingerprint } },
        () => {},
      );
      context.changed('people', 'audit');
      return key;
    },
    'keys.list': () => keys.list(),
    'session.get': () => session.current(),
    'session.unlock': async ({ name, passphrase }) => {
      session.unlock(await keys.unlock(name, passphrase));
      context.changed('people');
      return session.current();
    },
    'session.lock': () => {
      session.lock();
      context.changed('people');
      return session.current();
    },
  };
}
