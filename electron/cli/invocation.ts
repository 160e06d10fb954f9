import path from 'node:path';
import type { Location } from '#shared/contract/basics.ts';
import type { CallInput, CallOutput, EngineCallName } from '#shared/contract/calls.ts';
import { openEngine, type Engine } from '#engine/engine.ts';
import { defaultHome } from '#engine/home.ts';
import type { GlobalOptions } from './global-options.ts';
import { readPassphrase } from './passphrase.ts';

/** One run of one command: the engine over its home, and who acts. */
export interface Invocation {
  readonly engine: Engine;
  readonly options: GlobalOptions;
  call<N extends EngineCallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /** A handle for a path from the arguments, relative to the working folder. */
  readonly locate: (anyPath: string) => Location['handle'];
}

/** Opens the home, unlocks the key of `--as`, runs the command and closes everything again, however it ends. */
export async function withEngine<T>(
  options: GlobalOptions,
  run: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  const engine = await openEngine({
    home: options.home === undefined ? defaultHome() : path.resolve(options.home),
    workerUrl: new URL('./worker.js', import.meta.url),
    holder: `the command line (process ${process.pid})`,
  });
  try {
    if (options.as !== undefined) {
      const passphrase = await readPassphrase(options, `Passphrase of ${options.as}: `);
      await engine.call('session.unlock', { name: options.as, passphrase });
    }
    return await run({
      engine,
      options,
      call: (name, input) => engine.call(name, input),
      locate: (anyPath) => engine.locations.issue(anyPath).handle,
    });
  } finally {
    await engine.close();
  }
}
