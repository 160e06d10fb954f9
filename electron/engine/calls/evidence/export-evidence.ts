import path from 'node:path';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { digestOf } from '#engine/core/digest.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { judge } from '#engine/trust/judge.ts';
import { readSmallFile } from '../trust/anchor-files.ts';
import { checkEvidence, readEvidence } from './check-evidence.ts';
import { evidenceDocument } from './evidence-document.ts';
import { newFileIn } from '../new-file.ts';

const MAX_EXPORT_BYTES = 256 * 1024 * 1024;
/** Others read it: it holds nothing secret. */
const FILE_MODE = 0o644;

type Names = 'evidence.document' | 'evidence.export' | 'evidence.check';

/** Evidence as a file that stands for itself: made here, checked anywhere. */
export function exportCalls(context: EngineContext): CallHandlers<Names> {
  const { locations } = context;
  return {
    'evidence.document': ({ of }) => evidenceDocument(context, of),

    'evidence.export': async ({ of, target, replace }) => {
      const document = await evidenceDocument(context, of);
      const place = locations.resolve(target);
      const name = `sallyport-evidence-${document.subject.name}.json`;
      const file = replace ? place : await newFileIn(place, name);
      const bytes = canonicalBytes(document);
      await writeFileDurably(file, bytes, { mode: FILE_MODE });
      return { file: path.basename(file), digest: digestOf(bytes), sizeBytes: bytes.length };
    },

    'evidence.check': async ({ source, logKey }) => {
      const document = readEvidence(await readSmallFile(locations.resolve(source), MAX_EXPORT_BYTES));
      const checks = await checkEvidence(document, logKey ?? null);
      return { subject: document.subject, verdict: judge(checks), checks };
    },
  };
}
