import type { Command } from 'commander';
import { formatBytes } from '#shared/format/bytes.ts';
import type { Receipt } from '#shared/contract/transfers.ts';
import { required } from '../arguments.ts';
import { canAsk, followWithMedia } from '../ask-for-media.ts';
import type { Act } from '../command.ts';
import { describeCheck, describeSigner } from '../report.ts';
import { setWriteCommands } from './set-writing.ts';
import {
  describeCustody,
  describeRequest,
  describeReturned,
  fullSetId,
  transferCommands,
} from './transfers.ts';

/** `bundle …`, `receipt …`, `transfers`: sneakernet in both directions. */
export function bundleCommands(program: Command, act: Act): void {
  const bundle = program.command('bundle').description('transfer sets');

  setWriteCommands(bundle, act);

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
    .description(
      'verify a set and bring it into quarantine; at a terminal it asks for volumes that are missing',
    )
    .argument('<dir...>', 'its volumes, or sets that complete it, in any order')
    .option('--accept-older', 'take a set older than one already accepted; needs --reason')
    .option('--reason <text>', 'why');
  act(importCommand, async (invocation, volumes, options) => {
    const older = options['acceptOlder'] === true;
    const started = await invocation.call('bundles.import', {
      sources: volumes.map(invocation.locate),
      wait: canAsk(),
      ...(older ? { acceptOlder: { reason: required(options, 'reason', '--reason') } } : {}),
    });
    const result = await followWithMedia(invocation, 'bundle-import', started);
    return {
      json: result,
      text: [
        `set ${result.setId}: ${formatBytes(result.bytesCopied)} copied, ${formatBytes(result.bytesHeld)} held already`,
        ...result.imports.map((id) => `  import ${id} waits for a decision`),
      ],
    };
  });

  const again = bundle
    .command('re-request')
    .description('ask the sender for what is still needed of a set (needs --as)')
    .argument('<set-id>', 'as the import names it')
    .requiredOption('--out <dir>', 'folder or volume to write the request to');
  act(again, async (invocation, [id = ''], options) => {
    const setId = await fullSetId(invocation, id);
    const target = invocation.locate(required(options, 'out', '--out'));
    const request = await invocation.call('bundles.reRequest', { setId, target });
    return { json: request, text: describeRequest(request) };
  });

  const handover = bundle
    .command('handover')
    .description('record to whom a set went (needs --as)')
    .argument('<set-id>')
    .argument('[dir...]', 'volumes at hand, whose custody log gets the entry')
    .requiredOption('--to <who>', 'who has it now')
    .requiredOption('--reason <text>', 'why');
  act(handover, async (invocation, [id = '', ...volumes], options) => {
    const custody = await invocation.call('bundles.handOver', {
      setId: await fullSetId(invocation, id),
      to: required(options, 'to', '--to'),
      reason: required(options, 'reason', '--reason'),
      volumes: volumes.map(invocation.locate),
    });
    return { json: custody, text: describeCustody(custody) };
  });

  transferCommands(program, act);

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
    ...describeReturned(receipt),
  ];
}
