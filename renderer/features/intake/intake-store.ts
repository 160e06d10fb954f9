import { create } from 'zustand';
import type { Location, LocationHandle } from '#shared/contract/basics.ts';
import type { Recognised } from '#shared/contract/transfers.ts';
import type { GuessedRelease } from './guess-release.ts';

/** What the right side shows: a source that lies somewhere, or an import that is here already. */
export type Selection =
  | { readonly kind: 'source'; readonly handle: LocationHandle }
  | { readonly kind: 'import'; readonly id: string };

interface IntakeState {
  readonly selection: Selection | null;
  /** Folders that a person chose since the window was opened, newest first. */
  readonly folders: readonly Location[];
  /** Volumes of sets that were recognised at the places that are listed. */
  readonly setsAt: Readonly<Record<LocationHandle, Recognised['sets']>>;
  /** Further volumes of the set that lies at a source. */
  readonly joined: Readonly<Record<LocationHandle, readonly Location[]>>;
  /** The last check in place and the last import of a source, by its handle. */
  readonly verifyJobs: Readonly<Record<LocationHandle, string>>;
  readonly importJobs: Readonly<Record<LocationHandle, string>>;
  /** Name and version as they were last typed for a source, for the case that its import fails. */
  readonly names: Readonly<Record<LocationHandle, GuessedRelease>>;
}

/** Outlives the place, so that going elsewhere and coming back loses nothing. */
export const useIntake = create<IntakeState>(() => ({
  selection: null,
  folders: [],
  setsAt: {},
  joined: {},
  verifyJobs: {},
  importJobs: {},
  names: {},
}));

/** Shows a volume or folder. */
export function selectSource(handle: LocationHandle): void {
  useIntake.setState({ selection: { kind: 'source', handle } });
}

/** Shows an import that waits for a decision. */
export function selectImport(id: string): void {
  useIntake.setState({ selection: { kind: 'import', id } });
}

/** Puts a chosen folder on top of the list and opens it. */
export function addFolder(folder: Location): void {
  useIntake.setState(({ folders }) => ({
    folders: [folder, ...folders.filter((known) => known.handle !== folder.handle)],
    selection: { kind: 'source', handle: folder.handle },
  }));
}

/** Keeps which volumes of sets were recognised at a place. */
export function noteSets(handle: LocationHandle, sets: Recognised['sets']): void {
  useIntake.setState(({ setsAt }) => ({ setsAt: { ...setsAt, [handle]: sets } }));
}

/** The place is not listed any more. */
export function forgetSets(handle: LocationHandle): void {
  useIntake.setState(({ setsAt }) => {
    const { [handle]: _gone, ...rest } = setsAt;
    return { setsAt: rest };
  });
}

/** Counts a further volume to the set at `handle`. */
export function joinVolume(handle: LocationHandle, volume: Location): void {
  useIntake.setState(({ joined }) => {
    const known = joined[handle] ?? [];
    if (volume.handle === handle || known.some((each) => each.handle === volume.handle)) return {};
    return { joined: { ...joined, [handle]: [...known, volume] } };
  });
}

/** Keeps which job verifies a source, so that its progress is found again. */
export function rememberVerify(handle: LocationHandle, jobId: string): void {
  useIntake.setState(({ verifyJobs }) => ({ verifyJobs: { ...verifyJobs, [handle]: jobId } }));
}

/** Keeps the model and version typed for a source. */
export function rememberNames(handle: LocationHandle, typed: GuessedRelease): void {
  useIntake.setState(({ names }) => ({ names: { ...names, [handle]: typed } }));
}

/** Keeps which job takes a source in. */
export function rememberImport(handle: LocationHandle, jobId: string): void {
  useIntake.setState(({ importJobs }) => ({ importJobs: { ...importJobs, [handle]: jobId } }));
}

/** Forgets the import of a source once its result is shown, so that coming back shows the source again. */
export function forgetImport(handle: LocationHandle): void {
  useIntake.setState(({ importJobs }) => {
    const { [handle]: _gone, ...rest } = importJobs;
    return { importJobs: rest };
  });
}
