import type { Command } from 'commander';
import { SigningFormat } from '#shared/contract/signing.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError } from '#engine/core/app-error.ts';
import { optional, parseRelease } from '../arguments.ts';
import type { Act } from '../command.ts';
import type { Invocation } from '../invocation.ts';
import { readPassphrase } from '../passphrase.ts';
import { table } from '../terminal.ts';

/** `sign`: signatures that stock tools check. */
export function signCommands(program: Command, act: Act): void {
  signatureCommands(program, act);
  const sign = program
    .command('sign')
    .description('sign a file, a folder or a release so that others can check it without Sallyport')
    .argument('<what>', 'a path, or MODEL@VERSION')
    .requiredOption(
      '--format <format>',
      'sshsig (a file, or a release’s manifest), oms (a folder or release) or dsse (a release)',
    )
    .option('--out <file>', 'where the signature is written; a release keeps it in any case')
    .option('--key <file>', 'the signing key: OpenSSH or PEM; without it and --agent the key of --as signs')
    .option('--agent <fingerprint>', 'a key of the SSH agent, also one in a security key')
    .option('--chain <file>', 'certificates of the key in PEM, its own first (oms)')
    .option('--encrypted', 'the key file has a passphrase: ask for it')
    .option('--key-passphrase-file <file>', 'read the passphrase of the key file from a file')
    .option(
      '--key-passphrase-fd <n>',
      'read the passphrase of the key file from an inherited file descriptor',
    );
  act(sign, async (invocation, [what = ''], options) => {
    const chain = optional(options, 'chain');
    const out = optional(options, 'out');
    const signed = await invocation.call('sign.create', {
      what: whatOf(invocation, what),
      key: await keyOf(invocation, options),
      format: formatOf(optional(options, 'format')),
      ...(chain === undefined ? {} : { chain: invocation.locate(chain) }),
      ...(out === undefined ? {} : { target: invocation.locate(out) }),
    });
    return {
      json: signed,
      text: [
        `signed ${formatNoun(signed.files, 'file')} (${signed.digest}) with ${signed.fingerprint}`,
        ...(signed.signature === null ? ['kept with the release'] : [signed.signature]),
        ...(signed.manifest === null ? [] : [signed.manifest]),
      ],
    };
  });
}

/** `signatures`: those that a release keeps, each verified now. */
function signatureCommands(program: Command, act: Act): void {
  const signatures = program
    .command('signatures')
    .description('the signatures that a release keeps, each verified by the trust data of now')
    .argument('<release>', 'MODEL@VERSION')
    .option('--out <folder>', 'write them there, too');
  act(signatures, async (invocation, [release = ''], options) => {
    const of = { release: parseRelease(release) };
    const rows = await invocation.call('signatures.list', { of });
    const out = optional(options, 'out');
    const files = [];
    for (const { digest } of out === undefined ? [] : rows) {
      const target = invocation.locate(out ?? '');
      files.push((await invocation.call('signatures.export', { of, digest, target })).file);
    }
    const cells = rows.map(({ format, addedAt, addedBy, transferSet, report }) => [
      report.verdict,
      format,
      toVisibleText(report.signer?.anchor?.owner ?? report.signer?.fingerprint ?? ''),
      transferSet === null ? `made here ${addedAt} by ${addedBy}` : `came ${addedAt} with set ${transferSet}`,
    ]);
    const isGood = rows.every(({ report }) => report.verdict !== 'failed');
    return {
      json: rows,
      text: [...(rows.length === 0 ? ['no signature is kept with it'] : table(cells)), ...files],
      exit: isGood ? 0 : 1,
    };
  });
}

/** `name@1.2.3` is a release; to sign a file of such a name, put ./ in front. */
function whatOf(invocation: Invocation, what: string) {
  return /^[a-z0-9][a-z0-9._-]*@\d/.test(what)
    ? ({ kind: 'release', release: parseRelease(what) } as const)
    : ({ kind: 'place', source: invocation.locate(what) } as const);
}

async function keyOf(invocation: Invocation, options: Record<string, unknown>) {
  const file = optional(options, 'key');
  const agent = optional(options, 'agent');
  if (file !== undefined && agent !== undefined)
    throw new AppError('USAGE', 'Name either --key or --agent.', { state: 'Nothing was signed.' });
  if (file === undefined && agent === undefined) return { kind: 'person' } as const;
  if (agent !== undefined) return { kind: 'agent', fingerprint: agent } as const;
  const passphrase = await keyPassphrase(options);
  const source = invocation.locate(file ?? '');
  return { kind: 'file', source, ...(passphrase === undefined ? {} : { passphrase }) } as const;
}

/** Never an argument; and not the passphrase of --as, which belongs to another key. */
async function keyPassphrase(options: Record<string, unknown>): Promise<string | undefined> {
  const passphraseFile = optional(options, 'keyPassphraseFile');
  const passphraseFd = optional(options, 'keyPassphraseFd');
  if (passphraseFile === undefined && passphraseFd === undefined && options['encrypted'] !== true)
    return undefined;
  return await readPassphrase({ passphraseFile, passphraseFd }, 'Passphrase of the key file: ');
}

function formatOf(text: string | undefined): SigningFormat {
  const format = SigningFormat.safeParse(text);
  if (format.success) return format.data;
  throw new AppError('USAGE', '--format is not understood.', {
    expected: SigningFormat.options.join(', '),
    found: text ?? '',
  });
}
