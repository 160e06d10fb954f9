import { mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { AppError } from '#engine/core/app-error.ts';

/** Where everything of one data home lies (formats.md). Absolute paths. */
export interface HomePaths {
  readonly root: string;
  readonly database: string;
  readonly blobs: string;
  readonly quarantine: string;
  readonly keys: string;
  /** Reports that were attached as evidence, by digest. */
  readonly evidence: string;
  readonly logs: string;
  readonly lock: string;
  /** Known hosts and control sockets of ssh. */
  readonly ssh: string;
}

/** The home when none is named: SALLYPORT_HOME, else `Sallyport` in the platform's folder for application data. */
export function defaultHome(): string {
  const named = process.env['SALLYPORT_HOME'];
  if (named !== undefined && named !== '') return path.resolve(named);
  return path.join(applicationData(), 'Sallyport');
}

function applicationData(): string {
  if (process.platform === 'win32')
    return process.env['APPDATA'] ?? path.join(homedir(), 'AppData', 'Roaming');
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support');
  return process.env['XDG_DATA_HOME'] ?? path.join(homedir(), '.local', 'share');
}

/** Makes the folders of a home that are missing, readable by their owner alone. Throws HOME-UNUSABLE. */
export function prepareHome(home: string): HomePaths {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const root = realpathSync(home);
    const paths: HomePaths = {
      root,
      database: path.join(root, 'registry.db'),
      blobs: path.join(root, 'blobs'),
      quarantine: path.join(root, 'quarantine'),
      keys: path.join(root, 'keys'),
      evidence: path.join(root, 'evidence'),
      logs: path.join(root, 'logs'),
      lock: path.join(root, 'lock'),
      ssh: path.join(root, 'ssh'),
    };
    const { blobs, quarantine, keys, evidence, logs, ssh } = paths;
    for (const folder of [blobs, quarantine, keys, evidence, logs, ssh]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    return paths;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const next = 'Choose a folder you may write to with SALLYPORT_HOME or --home.';
    throw new AppError(
      'HOME-UNUSABLE',
      `The data home cannot be used: ${text}.`,
      { path: home, next },
      error,
    );
  }
}

/** The newest audit checkpoint, kept beside the database. */
export function checkpointFileOf(home: HomePaths): string {
  return path.join(home.keys, 'log.checkpoint');
}
