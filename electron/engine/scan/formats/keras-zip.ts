import { isJsonObject } from '#engine/core/json-reader.ts';
import { judgeKerasConfiguration, looksLikeKeras } from '../configs/judge-keras.ts';
import type { FormatScanner } from '../format-scanner.ts';
import { scanJson } from '../scan-json.ts';
import { openAndTell, scanMember } from '../zip/scan-members.ts';
import { readZipDirectory, zipNames } from '../zip/zip-directory.ts';
import { jsonRules } from './json.ts';
import { isZip } from './zip.ts';

const CONFIGURATION = 'config.json';
const known = /^(?:config\.json|metadata\.json|model\.weights\.(?:h5|npz)|assets\/.*)$/;

/**
 * What Keras 3 writes: a zip with the configuration, metadata, the weights as HDF5, and assets. Keras makes objects of everything in
 * the configuration, so that is judged whatever stands at its top.
 */
export const kerasZip: FormatScanner = {
  format: 'keras',
  alsoReads: ['zip'],
  recognises: (target) => {
    const names = isZip(target) ? (zipNames(target.source) ?? []) : [];
    return (
      names.includes(CONFIGURATION) &&
      (names.includes('metadata.json') || names.some((name) => name.startsWith('model.weights.')))
    );
  },
  scan({ source }, context) {
    const entries = readZipDirectory(source, context);
    for (const entry of entries) {
      if (entry.name !== CONFIGURATION) {
        if (!known.test(entry.name)) {
          context.find('keras.member', 'It is no part of a Keras model.', { subject: entry.name });
        }
        scanMember(source, entry, context);
        continue;
      }
      scanMember(source, entry, context);
      const content = openAndTell(source, entry, { ...context, find: () => {} });
      if (content === undefined) continue;
      const inside = context.inside(CONFIGURATION);
      const root = scanJson(content.read(0, content.sizeBytes), jsonRules, inside.budget, () => {});
      if (!isJsonObject(root) || !looksLikeKeras(root)) judgeKerasConfiguration(root, inside);
    }
  },
};
