import { Menu, type MenuItemConstructorOptions } from 'electron';

/** The menu holds what a keyboard expects of any window; everything of the product is in the window itself. */
export function installMenu(allowDevTools: boolean): void {
  const view: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
  ];
  if (allowDevTools) view.push({ type: 'separator' }, { role: 'toggleDevTools' });
  const template: MenuItemConstructorOptions[] = [
    process.platform === 'darwin'
      ? { role: 'appMenu' }
      : {
          label: '&File',
          submenu: [
            { role: 'close', accelerator: 'CmdOrCtrl+W' },
            { role: 'quit', accelerator: 'CmdOrCtrl+Q' },
          ],
        },
    { role: 'editMenu', label: '&Edit' },
    { label: '&View', submenu: view },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
