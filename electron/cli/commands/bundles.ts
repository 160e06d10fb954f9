import type { Command } from 'commander';
import { formatBytes } from '#shared/format/bytes.ts';
import type { Receipt } from '#shared/contract/transfers.ts';
import { optional, parseRelease, parseSize, required } from '../arguments.ts';
import { followJob } from '../follow-job.ts';
import type { Act } from '../command.ts';
import { describeCheck, describeSigner } from '../report.ts';
import { table } from '../terminal.ts';

/** `bundle …`, `receipt …`, `transfers`: sneakernet in both directions. */
export function bundleCommands(program: Command, act: Act): void {
  const bundle = program.command('bundle').description('transfer sets');

  const create = bundle
    .command('create')
    .description('write releases as a signed transfer set (needs --as)')
    .argument('<model@version...>')
    .requiredOption('--out <dir>', 'folder or volume to write to')
    .option('--volume-size <size>', 'split over volumes of this size', parseSize)
    .option('--max-file <size>', 'largest file the medium takes, e.g. 4Gi for FAT32', parseSize)
    .option('--since <receipt>', 'leave out what this receipt says the other site holds');
  act(create, async (invocation, names, options) => {
    const since = optional(options, 'since');
    const started = await invocation.call('bundles.create', {
      releases: names.map(parseRelease),
      target: invocation.locate(required(options, 'out', '--out')),
      ...(typeof options['volumeSize'] === 'number' ? { volumeBytes: options['volumeSize'] } : {}),
      ...(typeof options['maxFile'] === 'number' ? { maxFileBytes: options['maxFile'] } : {}),
      ...(since === undefined ? {} : { since: invocation.locate(since) }),
    });
    const set = await followJob(invocation, 'bundle-create', started);
    return {
      json: set,
      text: [
        `set ${set.setId}, number ${set.sequence}: ${formatBytes(set.payloadBytes)}, ${formatBytes(set.bytesLeftOut)} left out`,
        ...set.volumes.map(
          (volume) => `  volume ${volume.number}  ${formatBytes(volume.sizeBytes)}  ${volume.location.label}`,
        ),
      ],
    };
  });

  const inspect = bundle
    .command('inspect')
    .description('what a set says, from its signed control file; no payload is read')
    .argument('<dir...>', 'its volumes');
  act(inspect, async (invocation, volumes) => {
    const set = await invocation.call('bundles.inspect', { sources: volumes.map(invocation.locate) });
    const failed = set.checks.some((check) => check.status === 'failed');
    return {
      json: set,
      text: [
        `set ${set.setId}, number ${set.sequence} from ${set.origin}, made ${set.createdAt}, ${formatBytes(set.payloadBytes)}`,
        `signature ${set.signature}: ${describeSigner(set.signer)}`,
        `volumes ${set.volumesPresent.join(', ')} of ${set.volumes} are here`,
        ...set.releases.map((release) => `  ${release.model}@${release.version}  ${release.manifestDigest}`),
        ...set.checks.flatMap(describeCheck),
      ],
      exit: failed ? 1 : 0,
    };
  });

  const importCommand = bundle
    .command('import')
    .description('verify a set and bring it into quarantine')
    .argument('<dir...>', 'its volumes, in any order');
  act(importCommand, async (invocation, volumes) => {
    const started = await invocation.call('bundles.import', { sources: volumes.map(invocation.locate) });
    const result = await followJob(invocation, 'bundle-import', started);
    return {
      json: result,
      text: [
        `set ${result.setId}: ${formatBytes(result.bytesCopied)} copied, ${formatBytes(result.bytesHeld)} held already`,
        ...result.imports.map((id) => `  import ${id} waits for a decision`),
      ],
    };
  });

  act(program.command('transfers').description('sets that left or arrived'), async (invocation) => {
    const rows = await invocation.call('transfers.list', {});
    const cells = rows.map((row) => [
      row.direction,
      row.setId,
      row.site,
      String(row.sequence),
      row.at,
      formatBytes(row.payloadBytes),
      row.releases.map((release) => `${release.model}@${release.version}`).join(', '),
    ]);
    return {
      json: rows,
      text: table([['', 'set', 'site', 'number', 'when', 'payload', 'releases'], ...cells]),
    };
  });

  const receipt = program.command('receipt').description('what this site holds, for the other side');
  const write = receipt
    .command('create')
    .description('write a signed receipt (needs --as)')
    .requiredOption('--out <dir>', 'folder or volume to write to');
  act(write, async (invocation, _args, options) => {
    const target = invocation.locate(required(options, 'out', '--out'));
    const made = await invocation.call('receipts.create', { target });
    return { json: made, text: describeReceipt(made) };
  });
  act(
    receipt.command('show').description('read a receipt').argument('<file>'),
    async (invocation, [file = '']) => {
      const read = await invocation.call('receipts.inspect', { source: invocation.locate(file) });
      return { json: read, text: describeReceipt(read), exit: read.signature === 'valid' ? 0 : 1 };
    },
  );
}

function describeReceipt(receipt: Receipt): string[] {
  return [
    `receipt ${receipt.id} of ${receipt.site}, ${receipt.createdAt}: ${receipt.releases.length} releases, ${receipt.blobCount} blobs`,
    `signature ${receipt.signature}: ${describeSigner(receipt.signer)}`,
    ...receipt.releases.map((release) => `  ${release.model}@${release.version}  ${release.manifestDigest}`),
    ...receipt.sequences.map(
      ({ origin, sequence }) => `  last set accepted from ${origin}: number ${sequence}`,
    ),
  ];
}
