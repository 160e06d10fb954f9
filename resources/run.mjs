// The way in for every npm script: sets up what the command needs, on whatever Node there is, and goes on.
import { fileURLToPath } from 'node:url';
import { commands } from './setup/commands.mjs';
import { findNode, isCurrentNode } from './setup/node.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { run } from './setup/processes.mjs';
import { say } from './setup/say.mjs';

const [name, ...args] = process.argv.slice(2);

async function main() {
  const command = commands[name];
  if (!command) {
    say(`say one of: ${Object.keys(commands).join(', ')}`);
    return 2;
  }
  await ensurePackages();
  if (isCurrentNode()) return command(args);
  return run(findNode(), [fileURLToPath(import.meta.url), name, ...args]);
}

try {
  const code = await main();
  if (code !== undefined) process.exitCode = code;
} catch (error) {
  if (error.exitCode === undefined) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
