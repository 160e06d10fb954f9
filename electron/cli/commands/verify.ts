import type { Command } from 'commander';
import { AppError } from '#engine/core/app-error.ts';
import { collect, list, optional, parseTime } from '../arguments.ts';
import { exitOfVerdict } from '../exit-code.ts';
import { followJob } from '../follow-job.ts';
import type { Act } from '../command.ts';
import { describeReport } from '../report.ts';

/** `verify`: signatures and digests in place; imports nothing. */
export function verifyCommands(program: Command, act: Act): void {
  const verify = program
    .command('verify')
    .description('check signatures and hashes of a folder, a file or a transfer set in place')
    .argument('<path...>', 'a folder, a file, or the volumes of one set')
    .option('--signature <file>', 'the signature, when it does not lie beside what it signs')
    .option('--anchor <file>', 'accept the keys, certificates or Sigstore root in this file, too', collect)
    .option('--identity <id>', 'who has to have signed, as a keyless certificate names them')
    .option('--issuer <url>', 'who has to have confirmed that identity')
    .option('--at <time>', 'judge times as of this moment')
    .option('--ignore <path>', 'leave this path out', collect);
  act(verify, async (invocation, paths, options) => {
    const signature = optional(options, 'signature');
    const at = optional(options, 'at');
    const identity = keylessIdentity(optional(options, 'identity'), optional(options, 'issuer'));
    const started = await invocation.call('verify.start', {
      sources: paths.map(invocation.locate),
      ...(signature === undefined ? {} : { signature: invocation.locate(signature) }),
      anchors: list(options, 'anchor').map(invocation.locate),
      ...(identity === null ? {} : { identity }),
      ...(at === undefined ? {} : { at: parseTime(at) }),
      ignore: list(options, 'ignore'),
    });
    const report = await followJob(invocation, 'verify', started);
    return { json: report, text: describeReport(report), exit: exitOfVerdict(report.verdict) };
  });
}

/** An identity means nothing without who confirmed it. */
function keylessIdentity(
  identity: string | undefined,
  issuer: string | undefined,
): { identity: string; issuer: string } | null {
  if (identity === undefined && issuer === undefined) return null;
  if (identity !== undefined && issuer !== undefined) return { identity, issuer };
  throw new AppError('USAGE', '--identity and --issuer belong together.', {
    expected: '--identity somebody@example.com --issuer https://accounts.example.com',
  });
}
