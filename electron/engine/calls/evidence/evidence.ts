import path from 'node:path';
import type { EvidenceSubject } from '#shared/contract/policy.ts';
import type { Attachment } from '#shared/contract/policy.ts';
import { attachmentSubject } from '#engine/audit/records.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import { newId } from '#engine/core/ids.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { findHeld, type Held } from '../scan/held.ts';
import { readSmallFile } from '../trust/anchor-files.ts';

type Names = 'evidence.attach' | 'evidence.list';

const MAX_REPORT_BYTES = 64 * 1024 * 1024;

/** Evidence from outside: reports of kiosks and laboratories, results of virus scanners. */
export function evidenceCalls(context: EngineContext): CallHandlers<Names> {
  const { locations, registry } = context;
  return {
    'evidence.attach': async ({ to, source, tool, toolVersion, signaturesAt, outcome, detail }) => {
      const held = findHeld(context, to);
      const file = await keepReport(context, locations.resolve(source));
      return attach(context, held, {
        kind: 'report',
        tool,
        toolVersion: toolVersion ?? null,
        signaturesAt: signaturesAt ?? null,
        outcome,
        detail,
        file,
      });
    },
    'evidence.list': ({ of }: { of: EvidenceSubject }) =>
      registry.attachments.list(findHeld(context, of).importId),
  };
}

/** Puts a result from outside on record with the import it is about. */
export function attach(
  context: EngineContext,
  held: Held,
  result: Omit<Attachment, 'id' | 'at' | 'by'>,
): Attachment {
  const { registry, clock, session } = context;
  const attachment: Attachment = {
    id: newId('evd'),
    at: timestamp(clock),
    by: session.actor().who,
    ...result,
  };
  const { file, tool, outcome } = attachment;
  context.govern(
    {
      act: 'evidence.attach',
      object: held.name,
      subjects: [
        ...(held.manifestDigest === null ? [] : [{ name: held.name, digest: held.manifestDigest }]),
        ...(file === null ? [] : [{ name: file.name, digest: file.digest }]),
        attachmentSubject(held.importId, attachment),
      ],
      details: { import: held.importId, evidence: attachment.id, tool, outcome },
    },
    () => registry.attachments.add(held.importId, attachment),
  );
  context.changed('imports', 'releases', 'audit');
  return attachment;
}

/** Keeps a report in the home, named by its digest. Throws FILE-UNREADABLE, FORMAT-INVALID when it is over 64 MiB. */
async function keepReport({ home }: EngineContext, source: string): Promise<NonNullable<Attachment['file']>> {
  const bytes = await readSmallFile(source, MAX_REPORT_BYTES);
  const digest = digestOf(bytes);
  await writeFileDurably(path.join(home.evidence, hexOf(digest)), bytes);
  return { name: path.basename(source), digest, sizeBytes: bytes.length };
}
