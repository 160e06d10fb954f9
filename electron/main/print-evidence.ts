import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ParsedInput, CallOutput } from '#shared/contract/calls.ts';
import { asAppError } from '#engine/core/app-error.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { digestOf } from '#engine/core/digest.ts';
import type { Engine } from '#engine/engine.ts';
import { evidencePage, STYLE_PATH } from './evidence-page.ts';
import { evidenceStyle } from './evidence-style.ts';
import { printPage } from './print-page.ts';

/** Writes evidence as a PDF, which names the digest of the JSON form that the engine would write. Throws as writing a file does. */
export async function printEvidence(
  engine: Engine,
  { of, target }: ParsedInput<'evidence.print'>,
): Promise<CallOutput<'evidence.print'>> {
  const file = engine.locations.resolve(target);
  const document = await engine.call('evidence.document', { of });
  const digest = digestOf(canonicalBytes(document));
  const html = evidencePage(document, digest);
  const pdf = await printPage({ html, stylePath: STYLE_PATH, style: evidenceStyle });
  try {
    await writeFile(file, pdf);
  } catch (error) {
    throw asAppError(error, file);
  }
  return { file: path.basename(file), digest, sizeBytes: pdf.length };
}
