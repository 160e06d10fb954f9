import { randomBytes } from 'node:crypto';
import type { ServerOutcome } from '#shared/contract/fleet.ts';
import { AppError } from '#engine/core/app-error.ts';
import { mergeNotes, refuseRewoundLog, type WitnessedLog } from './checkpoint-guard.ts';
import { RemoteRefusal } from './remote-failure.ts';
import { RemoteLayout } from './remote-layout.ts';
import { lockScript, recordScript } from './scripts/session.ts';
import { type HeldScript, SshConnection } from './ssh-connection.ts';
import type { SshFiles } from './ssh-files.ts';
import type { SshTarget } from './ssh-target.ts';
import { surveyServer, type Survey } from './survey.ts';
import { visibleText } from './visible-text.ts';

/** What every contact with a server needs of this home. */
export interface DeployHome {
  readonly files: SshFiles;
  readonly log: WitnessedLog;
  /** Tells this home's locks on servers from others'. */
  readonly homeId: string;
  /** Who takes locks, in words: the person, the site, the machine. */
  readonly owner: string;
}

/** What grows while one server is worked on: the part of its outcome that is already known when something fails. */
export type Tally = Pick<ServerOutcome, 'bytesSent' | 'bytesAlreadyThere' | 'serverHashMs' | 'checks'>;

/** A tally at its beginning. */
export function newTally(): Tally {
  return { bytesSent: 0, bytesAlreadyThere: 0, serverHashMs: 0, checks: [] };
}

/** One server under the lock: surveyed, fit for work, and its view of the audit log compared with ours. */
export class ServerSession {
  readonly connection: SshConnection;
  readonly survey: Survey;
  readonly layout: RemoteLayout;
  /** Marks temporary names of this session on the server. */
  readonly token = randomBytes(6).toString('hex');
  readonly #home: DeployHome;
  #lock: HeldScript | null = null;
  #notes: string;

  private constructor(connection: SshConnection, survey: Survey, home: DeployHome) {
    this.connection = connection;
    this.survey = survey;
    this.layout = new RemoteLayout(connection.target.root);
    this.#home = home;
    this.#notes = survey.notes;
  }

  /**
   * Logs in, surveys and takes the lock. Throws what the connection throws, and SERVER-TOOL-MISSING, SERVER-FAILED (root
   * cannot be written), AUDIT-BROKEN, SERVER-LOCKED. With `readOnly` no lock is taken and the root need not be writable.
   */
  static async open(
    target: SshTarget,
    home: DeployHome,
    options: { signal?: AbortSignal | undefined; readOnly?: boolean } = {},
  ): Promise<ServerSession> {
    const connection = await SshConnection.open(target, home.files, options.signal);
    try {
      const survey = await surveyServer(connection, { signal: options.signal });
      const session = new ServerSession(connection, survey, home);
      refuseRewoundLog(target.name, survey.notes, home.log);
      if (options.readOnly !== true) await session.#takeLock(options.signal);
      return session;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  get target(): SshTarget {
    return this.connection.target;
  }

  /** Adds a line to the server's history and leaves it our newest audit checkpoint. */
  async record(entry: Readonly<Record<string, string | null>>): Promise<void> {
    const notes = mergeNotes(this.#notes, this.#home.log);
    const input = new TextEncoder().encode(notes);
    await this.connection.run(recordScript, [this.target.root, JSON.stringify(entry)], { input });
    this.#notes = notes;
  }

  /** Frees the lock and ends the connection; never throws. */
  async close(): Promise<void> {
    await this.#lock?.release();
    await this.connection.close();
  }

  async #takeLock(signal: AbortSignal | undefined): Promise<void> {
    const { target, survey } = this;
    if (survey.notWritable !== null) throw notWritable(target, survey.notWritable);
    const { homeId, owner } = this.#home;
    try {
      const args = [target.root, this.token, homeId, owner];
      this.#lock = await this.connection.hold(lockScript, args, 'locked', signal);
    } catch (error) {
      throw (error instanceof RemoteRefusal ? lockedByOther(target, error.said) : null) ?? error;
    }
  }
}

function notWritable(target: SshTarget, words: string): AppError {
  return new AppError('SERVER-FAILED', `The root ${target.root} of ${target.name} cannot be written to.`, {
    path: target.root,
    found: visibleText(words, 300),
    state: 'Nothing was changed on the server.',
    next: `Have the file system mounted for writing and let ${target.user} own the root, then run the same again.`,
  });
}

/** The lock script's `locked <age> <alive|gone> <owner>` as the error for a person; null when it said something else. */
function lockedByOther(target: SshTarget, said: string): AppError | null {
  const match = /^locked (-?\d+) (alive|gone) (.*)$/s.exec(said);
  if (match === null) return null;
  const [, age = '0', life, owner = ''] = match;
  const stale = life === 'gone';
  const lock = `${target.root}/.sallyport/lock`;
  const since = inWords(Number(age));
  return new AppError('SERVER-LOCKED', `${target.name} is locked by ${visibleText(owner, 300)}, ${since}.`, {
    expected: 'no lock',
    found: stale
      ? 'a lock left behind: the process that held it does not run on the server any more'
      : 'a lock whose holder is still at work',
    path: lock,
    state: 'Nothing was changed on the server.',
    next: stale
      ? `Ask the owner whether that work was cut off; then have the folder ${lock} removed on the server and run the same again.`
      : 'Wait until that work has ended, then run the same again.',
  });
}

/** An age for a person; the server's own clock measured it. */
function inWords(seconds: number): string {
  if (seconds < 120) return `for ${Math.max(0, seconds)} seconds`;
  if (seconds < 7200) return `for ${Math.floor(seconds / 60)} minutes`;
  return `for ${Math.floor(seconds / 3600)} hours`;
}
