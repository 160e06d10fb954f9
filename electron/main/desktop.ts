import {
  clipboard,
  dialog,
  nativeTheme,
  type BrowserWindow,
  type OpenDialogOptions,
  type SaveDialogOptions,
} from 'electron';
import type { Engine } from '#engine/engine.ts';
import type { Location } from '#shared/contract/basics.ts';
import type { ShellHandlers } from './dispatch.ts';
import { printEvidence } from './print-evidence.ts';

type Properties = NonNullable<OpenDialogOptions['properties']>;

/** Answers what belongs to the desktop. A chosen path stays here; the window gets a handle that stands for it. */
export function createShellHandlers(window: BrowserWindow, engine: () => Promise<Engine>): ShellHandlers {
  const choose = async (title: string, properties: Properties): Promise<Location | null> => {
    const { locations } = await engine();
    const { canceled, filePaths } = await dialog.showOpenDialog(window, { title, properties });
    const [chosen] = filePaths;
    return canceled || chosen === undefined ? null : locations.issue(chosen);
  };
  return {
    'dialog.chooseFolder': ({ title }) =>
      choose(title, ['openDirectory', 'createDirectory', 'dontAddToRecent']),
    // Keys lie in hidden folders such as .ssh.
    'dialog.chooseFile': ({ title }) => choose(title, ['openFile', 'showHiddenFiles', 'dontAddToRecent']),
    'dialog.saveFile': async ({ title, name }) => {
      const { locations } = await engine();
      const properties: SaveDialogOptions['properties'] = ['showOverwriteConfirmation', 'createDirectory'];
      const { canceled, filePath } = await dialog.showSaveDialog(window, {
        title,
        defaultPath: name,
        properties,
      });
      return canceled || filePath === '' ? null : locations.issue(filePath);
    },
    'evidence.print': async (input) => printEvidence(await engine(), input),
    'clipboard.write': async ({ text }) => {
      // A promise since Electron 45, nothing before.
      await clipboard.writeText(text);
      return {};
    },
    'window.setTheme': ({ theme }) => {
      nativeTheme.themeSource = theme;
      return {};
    },
  };
}
