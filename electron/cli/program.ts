import { Command, CommanderError } from 'commander';
import { asAppError, toFailure } from '#engine/core/app-error.ts';
import { errorTable } from '#shared/contract/errors.ts';
import { auditCommands } from './commands/audit.ts';
import { bundleCommands } from './commands/bundles.ts';
import { mediaCommands } from './commands/media.ts';
import { channelCommands } from './commands/channels.ts';
import { compareCommands } from './commands/compare.ts';
import { deployCommands } from './commands/deploy.ts';
import { evidenceCommands } from './commands/evidence.ts';
import { fixityCommands } from './commands/fixity.ts';
import { importCommands } from './commands/imports.ts';
import { policyCommands } from './commands/policy.ts';
import { releaseCommands } from './commands/releases.ts';
import { scanCommands } from './commands/scan.ts';
import { serverCommands } from './commands/servers.ts';
import { trustStoreCommands } from './commands/trust-store.ts';
import { signCommands } from './commands/sign.ts';
import { trustCommands } from './commands/trust.ts';
import { upkeepCommands } from './commands/upkeep.ts';
import { verifyCommands } from './commands/verify.ts';
import type { Act } from './command.ts';
import type { ExitCode } from './exit-code.ts';
import type { GlobalOptions } from './global-options.ts';
import { withEngine } from './invocation.ts';
import { print, printJson, showError } from './terminal.ts';

/** Runs one command line and resolves with its exit code. Never rejects. */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  const program = new Command('sallyport')
    .description('Keeps custody of AI model weights across an air gap.')
    .option('--home <dir>', 'data home (else SALLYPORT_HOME, else the application-data folder)')
    .option('--json', 'one JSON document on standard output')
    .option('--as <name>', 'act and sign as this person')
    .option('--passphrase-file <file>', 'read the passphrase of --as from a file')
    .option('--passphrase-fd <n>', 'read the passphrase of --as from an inherited file descriptor')
    .exitOverride()
    .showHelpAfterError('(sallyport --help lists the commands)');
  let exit: ExitCode = 0;
  const act: Act = (command, action) =>
    command.action(async () => {
      const operands = command.processedArgs
        .flat()
        .filter((value): value is string => typeof value === 'string');
      const answer = await withEngine(program.opts<GlobalOptions>(), (invocation) =>
        action(invocation, operands, command.opts()),
      );
      exit = answer.exit ?? 0;
      if (program.opts<GlobalOptions>().json) printJson(answer.json);
      else if (answer.text.length > 0) print(...answer.text);
    });
  const families = [
    verifyCommands,
    signCommands,
    scanCommands,
    evidenceCommands,
    importCommands,
    releaseCommands,
    compareCommands,
    channelCommands,
    bundleCommands,
    mediaCommands,
    trustCommands,
    trustStoreCommands,
    serverCommands,
    deployCommands,
    fixityCommands,
    auditCommands,
    policyCommands,
    upkeepCommands,
  ];
  for (const addCommands of families) addCommands(program, act);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exit;
  } catch (error) {
    return reportFailure(error, args.includes('--json'));
  }
}

function reportFailure(error: unknown, json: boolean): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed what is wrong
  const known = asAppError(error);
  if (json) printJson({ error: toFailure(known) });
  showError(known);
  if (known.code === 'INTERNAL' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return errorTable[known.code].exit;
}
