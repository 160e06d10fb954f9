import type { z } from 'zod';
import { AppError, toFailure } from '#engine/core/app-error.ts';
import {
  allCalls,
  engineCalls,
  type CallName,
  type CallOutput,
  type CallReply,
  type EngineCallName,
  type ParsedInput,
  type ShellCallName,
} from '#shared/contract/calls.ts';

/** Answers one call with input that the schema let through. */
export type Handler<N extends CallName> = (input: ParsedInput<N>) => Promise<CallOutput<N>> | CallOutput<N>;
/** One handler for every call of the contract. */
export type Handlers = { readonly [N in CallName]: Handler<N> };
export type ShellHandlers = { readonly [N in ShellCallName]: Handler<N> };

/** Hands an engine call on; what the engine throws is passed through. */
export type CallEngine = (name: EngineCallName, input: ParsedInput<EngineCallName>) => Promise<unknown>;

/** The handlers of all calls, made from the contract's table: the engine's pass through, the shell's are given. */
export function createHandlers(callEngine: CallEngine, shell: ShellHandlers): Handlers {
  const names = Object.keys(engineCalls) as EngineCallName[];
  const passing = names.map((name) => [
    name,
    (input: ParsedInput<EngineCallName>) => callEngine(name, input),
  ]);
  return { ...(Object.fromEntries(passing) as Omit<Handlers, ShellCallName>), ...shell };
}

/**
 * Answers a call as it came over the border. The input is parsed before anything else happens, the output before it
 * leaves; whatever goes wrong comes back as data with a stable code. Defects are told to `onDefect` with all they hold.
 */
export async function dispatch(
  handlers: Handlers,
  name: unknown,
  input: unknown,
  onDefect: (name: string, error: unknown) => void = () => {},
): Promise<CallReply<unknown>> {
  try {
    const known = findCall(name);
    const parsed = parseInput(known, input);
    const handle = handlers[known] as (input: unknown) => unknown;
    return { ok: true, value: parseOutput(known, await handle(parsed)) };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code === 'INTERNAL') onDefect(String(name), error);
    return { ok: false, failure };
  }
}

function findCall(name: unknown): CallName {
  if (typeof name === 'string' && Object.hasOwn(allCalls, name)) return name as CallName;
  throw new AppError('USAGE', 'There is no such call.');
}

function parseInput(name: CallName, input: unknown): unknown {
  const result = allCalls[name].input.safeParse(input);
  if (result.success) return result.data;
  const items = result.error.issues.map(describeIssue);
  throw new AppError('USAGE', `${name}: ${items[0] ?? 'the input is not understood'}`, {
    items,
    state: 'Nothing was done.',
  });
}

function parseOutput(name: CallName, output: unknown): unknown {
  const result = allCalls[name].output.safeParse(output);
  if (result.success) return result.data;
  const items = result.error.issues.map(describeIssue);
  throw new AppError('INTERNAL', `The answer of ${name} is not as the contract says.`, { items });
}

/** Names the field and what is wrong with it, never the value: it may be a passphrase. */
function describeIssue(issue: z.core.$ZodIssue): string {
  const field = issue.path.map(String).join('.');
  return field === '' ? issue.message : `${field}: ${issue.message}`;
}
