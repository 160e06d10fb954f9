import { runTool } from './run-tool.ts';

/**
 * Makes the system write out everything it holds back of the file system that `folder` lies on (syncfs(2), by coreutils'
 * `sync -f`). Files and folders were synced one by one before; this also covers what belongs to no single file. Where
 * there is no such tool nothing happens.
 */
export async function flushFileSystem(folder: string): Promise<void> {
  if (process.platform !== 'linux') return;
  await runTool('sync', ['-f', folder]).catch(() => '');
}
