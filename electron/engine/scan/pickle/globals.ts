import type { AllowedGlobal } from './values.ts';
import type { GlobalTable } from './allowed-global.ts';
import { joblibGlobals } from './globals-joblib.ts';
import { numpyGlobals } from './globals-numpy.ts';
import { pythonGlobals } from './globals-python.ts';
import { torchGlobals } from './globals-torch.ts';

/** Who will unpickle it. */
export type PickleSetting = 'torch' | 'plain';

const common: GlobalTable = { ...pythonGlobals, ...numpyGlobals, ...torchGlobals };
const settings: Readonly<Record<PickleSetting, ReadonlyMap<string, AllowedGlobal>>> = {
  torch: new Map(Object.entries(common)),
  plain: new Map(Object.entries({ ...common, ...joblibGlobals })),
};

/**
 * What CPython 3 makes of names that Python 2 wrote (`_compat_pickle`), for modules that are on the list: a name has to be
 * on the list as it stands and as it is read, so what is not here cannot matter.
 */
const renames: ReadonlyMap<string, string> = new Map([
  ['__builtin__ xrange', 'builtins range'],
  ['__builtin__ long', 'builtins int'],
  ['__builtin__ unicode', 'builtins str'],
]);

/** The row of a global, when exactly this module and name are on the list, before and after Python's renames. */
export function allowedGlobal(
  module: string,
  name: string,
  setting: PickleSetting,
): AllowedGlobal | undefined {
  const list = settings[setting];
  const written = `${module} ${name}`;
  const read = renames.get(written) ?? written.replace(/^__builtin__ /, 'builtins ');
  return list.has(read) ? list.get(written) : undefined;
}

/** Every global on the list of a setting, as `module name`. */
export function allowedNames(setting: PickleSetting): readonly string[] {
  return [...settings[setting].keys()].sort();
}
