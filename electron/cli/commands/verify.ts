import type { Command } from 'commander';
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
    .option('--anchor <file>', 'accept this public key beside the site’s anchors', collect)
    .option('--at <time>', 'judge times as of this moment')
    .option('--ignore <path>', 'leave this path out', collect);
  act(verify, async (invocation, paths, options) => {
    const signature = optional(options, 'signature');
    const at = optional(options, 'at');
    const started = await invocation.call('verify.start', {
      sources: paths.map(invocation.locate),
      ...(signature === undefined ? {} : { signature: invocation.locate(signature) }),
      anchors: list(options, 'anchor').map(invocation.locate),
      ...(at === undefined ? {} : { at: parseTime(at) }),
      ignore: list(options, 'ignore'),
    });
    const report = await followJob(invocation, 'verify', started);
    return { json: report, text: describeReport(report), exit: exitOfVerdict(report.verdict) };
  });
}
