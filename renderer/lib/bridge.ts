import type {
  Bridge,
  CallInput,
  CallName,
  CallOutput,
  EventName,
  EventPayload,
  Unsubscribe,
} from '#shared/contract/calls.ts';
import type { Failure } from '#shared/contract/errors.ts';

declare global {
  interface Window {
    /** Put there by the preload script; the window's only way out. */
    sallyport: Bridge;
  }
}

/** A call that the engine or the shell answered with a failure. */
export class CallFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = 'CallFailure';
    this.failure = failure;
  }
}

/** Makes one call of the contract. Throws a {@link CallFailure} when it is answered with a failure. */
export async function call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const reply = await window.sallyport.call(name, input);
  if (!reply.ok) throw new CallFailure(reply.failure);
  return reply.value;
}

/** Hears an event of the engine until the returned function is called. */
export function listen<N extends EventName>(
  name: N,
  listener: (payload: EventPayload<N>) => void,
): Unsubscribe {
  return window.sallyport.on(name, listener);
}

/** Whatever was thrown, as something that can be shown; what is not a {@link CallFailure} is a defect. */
export function toFailure(error: unknown): Failure {
  if (error instanceof CallFailure) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message, details: {} };
}
