import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { ReleaseRef } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { collect, list, optional, parseRelease, parseTime } from '../arguments.ts';
import { exitOfVerdict } from '../exit-code.ts';
import { followJob } from '../follow-job.ts';
import type { Act } from '../command.ts';
import { describeReport } from '../report.ts';

/** `verify`: signatures and digests in place, which imports nothing; or those of a release that is held. */
export function verifyCommands(program: Command, act: Act): void {
  const verify = program
    .command('verify')
    .description(
      'check signatures and hashes of a folder, a file or a transfer set in place; what is in it, scan looks at',
    )
    .argument(
      '<path...>',
      'a folder, a file, the volumes of one set; or MODEL@VERSION, a release that is held',
    )
    .option('--signature <file>', 'the signature, when it does not lie beside what it signs')
    .option('--anchor <file>', 'accept the keys, certificates or Sigstore root in this file, too', collect)
    .option('--identity <id>', 'who has to have signed, as a keyless certificate names them')
    .option('--issuer <url>', 'who has to have confirmed that identity')
    .option('--at <time>', 'judge times as of this moment')
    .option('--ignore <path>', 'leave this path out', collect);
  act(verify, async (invocation, paths, options) => {
    const release = heldRelease(paths);
    if (release !== null) {
      if (Object.keys(options).length > 0) {
        const next = 'A release is verified again by the trust data and the clock of this site.';
        throw new AppError('USAGE', 'A release takes none of these options.', { next });
      }
      const { verifiedAgain } = await invocation.call('releases.verify', release);
      if (verifiedAgain === null) throw new AppError('INTERNAL', 'The verification is not on record.');
      const { evidence } = verifiedAgain;
      return { json: evidence, text: describeReport(evidence), exit: exitOfVerdict(evidence.verdict) };
    }
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

/** A name of a release, unless something on disk is called so. */
function heldRelease([name = '', ...others]: readonly string[]): ReleaseRef | null {
  const isName = others.length === 0 && /^[a-z0-9][a-z0-9._-]*@[0-9]/.test(name);
  return isName && !existsSync(name) ? parseRelease(name) : null;
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
