import type { FailureDetails } from '#shared/contract/errors.ts';
import { AppError } from '#engine/core/app-error.ts';
import { FAIL_EXIT, type RemoteScript } from './scripts/remote-script.ts';
import type { SshTarget } from './ssh-target.ts';
import { visibleLines, visibleText } from './visible-text.ts';

interface RemoteEnd {
  readonly exitCode: number;
  readonly stderr: string;
  /** The words after `fail`, when the script said why. */
  readonly said: string | null;
}

/** A script said why it stopped; `said` are its own words, for the caller who knows better what they mean. */
export class RemoteRefusal extends AppError {
  readonly said: string;

  constructor(said: string, message: string, details: FailureDetails) {
    super('SERVER-FAILED', message, details);
    this.said = said;
  }
}

/** Turns a script that ended badly on the server into the error it stands for. */
export function explainRemoteFailure(target: SshTarget, script: RemoteScript, end: RemoteEnd): AppError {
  const { stderr, said } = end;
  const details: FailureDetails = { path: target.root, items: visibleLines(stderr) };
  const what = `while ${script.name}`;
  if (/No space left on device|Disk quota exceeded/i.test(stderr)) {
    return new AppError('SERVER-DISK-FULL', `The disk of ${target.name} is full (${what}).`, {
      ...details,
      state: 'What had arrived stays in incoming and is used when you go on; what is live was not touched.',
      next: 'Make space below the root, then run the same again.',
    });
  }
  if (/Read-only file system/i.test(stderr)) {
    return new AppError(
      'SERVER-FAILED',
      `The root of ${target.name} is on a read-only file system (${what}).`,
      {
        ...details,
        state: 'Nothing was changed on the server.',
        next: 'Have the file system mounted for writing, or name another root.',
      },
    );
  }
  if (/Permission denied|Operation not permitted/i.test(stderr)) {
    return new AppError('SERVER-FAILED', `${target.user} may not do that on ${target.name} (${what}).`, {
      ...details,
      state: 'The step was not done; what is live was not touched by it.',
      next: `Let ${target.user} own the root ${target.root}, then run the same again.`,
    });
  }
  const missing = end.exitCode === 127 ? /(\S+): (?:command )?not found/.exec(stderr)?.[1] : undefined;
  if (missing !== undefined) return toolsMissing(target, [missing]);
  if (end.exitCode === FAIL_EXIT && said !== null) {
    return new RemoteRefusal(said, `${target.name} stopped ${what}: ${visibleText(said, 300)}.`, {
      ...details,
      state: 'The step was not done; what is live was not touched by it.',
      next: `Look at ${target.root} on the server, then run servers check ${target.name}.`,
    });
  }
  return new AppError('SERVER-FAILED', `${target.name} failed ${what} (exit code ${end.exitCode}).`, {
    ...details,
    state: 'The step was not done.',
    next: `Run servers check ${target.name}; the lines below are the server’s own words.`,
  });
}

/** Programs without which nothing can be done on a server. */
export function toolsMissing(target: SshTarget, tools: readonly string[]): AppError {
  return new AppError('SERVER-TOOL-MISSING', `${target.name} lacks ${tools.join(', ')}.`, {
    expected: 'coreutils or busybox in the PATH of a session without a terminal',
    found: `no ${tools.join(', no ')}`,
    state: 'Nothing was changed on the server.',
    next: 'Install coreutils or busybox there, or set the PATH for ssh sessions, then run servers check again.',
  });
}

/** Login worked, but the script never ran. */
export function shellUnusable(target: SshTarget, stderr: string): AppError {
  return new AppError(
    'SERVER-FAILED',
    `The login shell of ${target.user} on ${target.name} does not run commands.`,
    {
      expected: 'a POSIX shell: sh, dash, bash, zsh or busybox',
      items: visibleLines(stderr),
      state: 'Nothing was changed on the server.',
      next: 'Give that user a POSIX login shell, and see that no forced command stands in authorized_keys.',
    },
  );
}
