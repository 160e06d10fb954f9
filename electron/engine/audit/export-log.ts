import { open } from 'node:fs/promises';
import { asAppError } from '#engine/core/app-error.ts';
import type { AuditLog } from './audit-log.ts';

/**
 * Writes the log as JSON lines that can be checked without Sallyport: first a line with the log's public key and the signed
 * checkpoint, then one line an entry with `leaf`, the exact bytes whose RFC 6962 leaf hash is in the tree. Refuses to
 * overwrite. Returns the number of entries.
 */
export async function exportLog(log: AuditLog, target: string): Promise<number> {
  const file = await open(target, 'wx').catch((error: unknown) => {
    throw asAppError(error, target);
  });
  try {
    await file.write(`${JSON.stringify({ logKey: log.verifierKey, checkpoint: log.head().checkpoint })}\n`);
    let entries = 0;
    for (const row of log.rows()) {
      const leafHash = Buffer.from(row.leafHash).toString('hex');
      await file.write(`${JSON.stringify({ index: row.index, leafHash, leaf: row.body })}\n`);
      entries++;
    }
    await file.sync();
    return entries;
  } catch (error) {
    throw asAppError(error, target);
  } finally {
    await file.close();
  }
}
