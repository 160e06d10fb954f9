import type { Digest } from '#shared/contract/basics.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { releaseSignatureSubject } from '#engine/audit/records.ts';
import type { IncomingBlob } from '#engine/bundle/incoming-blob.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import type { ReceivedRelease } from '#engine/bundle/received-release.ts';
import type { TransferSet } from '#engine/bundle/set-statement.ts';
import { timestamp } from '#engine/core/clock.ts';
import { reach } from '#engine/core/fault-points.ts';
import type { EngineContext } from '../../../context.ts';
import type { GatheredSet } from '../gather-set.ts';
import type { ScanToRecord } from '../../scan/held-scan.ts';
import { quarantineImport } from '../../imports/quarantine-import.ts';
import type { ReceivedSignature } from '../../trust/received-signatures.ts';
import type { Arrival } from './arrivals.ts';

/** A release that is whole in quarantine, with what was found out about it. */
export interface Finished {
  readonly arrival: Arrival;
  readonly release: ReceivedRelease | undefined;
  readonly evidence: VerifyReport;
  readonly scan: ScanToRecord;
}

interface Outcome {
  readonly finished: readonly Finished[];
  readonly signatures: readonly ReceivedSignature[];
  readonly incoming: readonly IncomingBlob[];
  readonly acceptOlder: string | null;
}

/** Files, evidence and the accepted set in one transaction: before it nothing can be published, after it all can. */
export function recordArrivals(
  context: EngineContext,
  { supplements }: GatheredSet,
  set: TransferSet,
  { finished, signatures, incoming, acceptOlder }: Outcome,
): void {
  const { registry } = context;
  const arrived = new Map(incoming.map((blob) => [blob.digest, blob.chunks]));
  const chunksOf = (digest: Digest) => arrived.get(digest) ?? registry.blobs.get(digest)?.chunks ?? [];
  const quarantined = finished.map(({ arrival, release, evidence, scan }) => {
    const { model, version, manifestDigest } = arrival.release;
    const name = `${model}@${version}`;
    const manifest = release?.manifest ?? '';
    return quarantineImport(context, {
      importId: arrival.importId,
      name,
      manifest,
      manifestDigest,
      evidence,
      scan,
    });
  });
  const named = set.releases.map(({ model, version, manifestDigest }) => {
    return { name: `${model}@${version}`, digest: manifestDigest };
  });
  const kept = signatures.flatMap(({ row }) => row ?? []);
  const subjects = [
    ...named,
    ...quarantined.flatMap(({ records }) => records),
    ...kept.map(releaseSignatureSubject),
  ];
  const details = {
    set: set.setId,
    origin: set.origin,
    sequence: String(set.sequence),
    imports: finished.map(({ arrival }) => arrival.importId).join(' '),
    ...(acceptOlder === null ? {} : { accepted: 'older' }),
  };
  const act = { act: 'bundle.import', object: setFolderName(set.setId), subjects, details };
  context.govern(acceptOlder === null ? act : { ...act, reason: acceptOlder }, () => {
    for (const { arrival, release } of finished) {
      const { importId } = arrival;
      for (const file of release?.files ?? []) {
        registry.imports.addFile(importId, { ...file, chunks: chunksOf(file.digest) });
      }
    }
    for (const { write } of quarantined) write();
    for (const row of kept) registry.releaseSignatures.add(row);
    context.floor.raise(set.createdAt, `set ${set.sequence} of ${set.origin}`);
    for (const each of [set, ...supplements.flatMap((supplement) => supplement.set ?? [])])
      registry.transfers.add(received(context, each));
  });
  reach('receive.recorded');
  context.changed('imports', 'transfers', 'audit');
}

function received(context: EngineContext, set: TransferSet) {
  return {
    setId: set.setId,
    direction: 'in' as const,
    site: set.origin,
    sequence: set.sequence,
    at: timestamp(context.clock),
    by: context.session.actor().who,
    volumes: set.volumes,
    payloadBytes: set.parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    releases: set.releases.map(({ model, version }) => ({ model, version })),
    deltaOf: set.delta?.receiptId ?? null,
  };
}
