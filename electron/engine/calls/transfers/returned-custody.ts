import { CustodyLog } from '#engine/bundle/custody.ts';
import type { ReceiptContent } from '#engine/bundle/receipt.ts';
import type { ReRequestContent } from '#engine/bundle/re-request.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import type { EngineContext } from '../../context.ts';
import { custodyLines } from './media-register.ts';
import { custodyOf } from './transfers.ts';

/** What a site's document says about the way of sets. */
export interface ReturnedCustody {
  readonly site: string;
  readonly logs: readonly { readonly setId: string; readonly lines: readonly string[] }[];
}

export function custodyInReceipt({ site, custody = [] }: ReceiptContent): ReturnedCustody {
  return { site, logs: custody };
}

export function custodyInRequest({ site, setId, custody }: ReRequestContent): ReturnedCustody {
  return { site, logs: [{ setId, lines: custody }] };
}

/**
 * Takes over what another site, whose document can be relied on, knows more about the way of sets that were written here.
 * Entries about other sets, and logs that do not continue the one kept here, are left out. Answers how many were new.
 */
export function takeOverCustody(context: EngineContext, { site, logs }: ReturnedCustody): number {
  const sent = new Set(
    context.registry.transfers.list().flatMap(({ setId, direction }) => (direction === 'out' ? [setId] : [])),
  );
  const grown: { setId: string; log: CustodyLog; added: number }[] = [];
  for (const { setId, lines } of logs) {
    if (!sent.has(setId)) continue;
    const log = custodyOf(context, setId);
    const returned = CustodyLog.read(lines, setId);
    const added = returned instanceof CustodyLog ? log.merge(returned) : 0;
    if (added > 0) grown.push({ setId, log, added });
  }
  const total = grown.reduce((sum, { added }) => sum + added, 0);
  if (total === 0) return 0;
  const sets = grown.map(({ setId }) => setFolderName(setId)).join(' ');
  const rows = grown.map(({ setId, log }) => custodyLines(context, setId, log.rows));
  const subjects = rows.flatMap((each) => each.subjects);
  const act = { act: 'bundle.custody', object: site, subjects, details: { sets, entries: String(total) } };
  context.govern(act, () => {
    for (const each of rows) each.write();
  });
  context.changed('transfers', 'audit');
  return total;
}
