import type { Command } from 'commander';
import type { ExitCode } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

/** What a command ends with: data for `--json`, lines for a person, and its exit code (0 when left out). */
export interface Answer {
  readonly json: unknown;
  readonly text: readonly string[];
  readonly exit?: ExitCode;
}

type Action = (invocation: Invocation, args: string[], options: Record<string, unknown>) => Promise<Answer>;

/** Adds an action to a command: opens the home, runs it, prints its answer. */
export type Act = (command: Command, action: Action) => Command;
