import type { Command } from 'commander';
import type { ReleaseSummary } from '#shared/contract/releases.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { optional, parseRelease, parseTime, required } from '../arguments.ts';
import type { Act } from '../command.ts';
import { describeSigner } from '../report.ts';
import { table } from '../terminal.ts';

/** `releases`, `show`, `deprecate`, `revoke`. */
export function releaseCommands(program: Command, act: Act): void {
  act(
    program.command('releases').description('list releases').argument('[model]'),
    async (invocation, [model]) => {
      const rows = await invocation.call('releases.list', model === undefined ? {} : { model });
      return { json: rows, text: table([heading, ...rows.map(cells)]) };
    },
  );

  const show = program.command('show').description('one release in full').argument('<model@version>');
  act(show, async (invocation, [name = '']) => {
    const release = await invocation.call('releases.get', parseRelease(name));
    return {
      json: release,
      text: [
        `${release.model}@${release.version}  ${release.state}  ${release.manifestDigest}`,
        `${release.verdict}: ${describeSigner(release.evidence.signer)}`,
        `published ${release.publishedAt} by ${release.publishedBy} from ${toVisibleText(release.source)}`,
        ...table(
          release.files.map((file) => [
            `  ${file.digest}`,
            formatBytes(file.sizeBytes),
            file.role,
            toVisibleText(file.path),
          ]),
        ),
        ...release.claims.map(
          ({ name: claim, value }) => `  claimed: ${toVisibleText(claim)} = ${toVisibleText(value)}`,
        ),
      ],
    };
  });

  for (const state of ['deprecate', 'revoke'] as const) {
    const command = program
      .command(state)
      .description(`${state} a release; it stays on record`)
      .argument('<model@version>')
      .requiredOption('--reason <text>', 'why')
      .option('--successor <version>', 'what to use instead')
      .option('--after <time>', 'from when on');
    act(command, async (invocation, [name = ''], options) => {
      const successor = optional(options, 'successor');
      const after = optional(options, 'after');
      const release = await invocation.call(`releases.${state}`, {
        ...parseRelease(name),
        reason: required(options, 'reason', '--reason'),
        ...(successor === undefined ? {} : { successor }),
        ...(after === undefined ? {} : { after: parseTime(after) }),
      });
      return { json: release, text: [`${release.model}@${release.version} is ${release.state}`] };
    });
  }
}

const heading = ['release', 'state', 'verdict', 'size', 'channels', 'runs on', 'digest'];

function cells(release: ReleaseSummary): string[] {
  return [
    `${release.model}@${release.version}`,
    release.state,
    release.verdict,
    formatBytes(release.sizeBytes),
    release.channels.join(', ') || '-',
    release.runsOn.join(', ') || '-',
    release.manifestDigest,
  ];
}
