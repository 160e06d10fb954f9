import { SET_PREDICATE, TransferSet, findSetProblem } from './set-statement.ts';
import { type DocumentKind, type OpenedDocument, openDocument } from './signed-document.ts';

/** Control files of transfer sets, as signed documents. */
const setDocument: DocumentKind<TransferSet> = {
  name: 'transfer set',
  predicateType: SET_PREDICATE,
  schema: TransferSet,
  findProblem: findSetProblem,
};

/** Opens a set's control file; see openDocument. */
export function openSetDocument(bytes: Uint8Array): OpenedDocument<TransferSet> {
  return openDocument(bytes, setDocument);
}
