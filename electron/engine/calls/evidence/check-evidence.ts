import { EvidenceDocument } from '#shared/contract/evidence-document.ts';
import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { isWaiverSigned } from '#engine/access/waiver-document.ts';
import { findProofProblem } from '#engine/audit/check-proof.ts';
import { verificationSubject } from '#engine/audit/records.ts';
import { parseVerifierKey } from '#engine/audit/signed-note.ts';
import { CustodyLog } from '#engine/bundle/custody.ts';
import { openSetDocument } from '#engine/bundle/set-document.ts';
import { AppError } from '#engine/core/app-error.ts';
import { canonicalText } from '#engine/core/canonical-json.ts';
import { digestOf } from '#engine/core/digest.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { parseManifest } from '#engine/store/manifest.ts';
import { opensshBlob, fingerprintOfBlob } from '#engine/trust/openssh-key.ts';
import { digestOfReport, readVerification } from '#engine/trust/verification-record.ts';
import { verifyAgain } from './verify-export.ts';

const MAX_BYTES = 256 * 1024 * 1024;
const utf8 = (text: string) => new TextEncoder().encode(text);

/** Reads an export. Throws FORMAT-INVALID, FORMAT-NEWER. */
export function readEvidence(bytes: Uint8Array): EvidenceDocument {
  const json = parseStrictJson(bytes, { maxBytes: MAX_BYTES, maxDepth: 64 });
  const parsed = EvidenceDocument.safeParse(json);
  if (parsed.success) return parsed.data;
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : null;
  if (typeof format === 'string' && /^urn:sallyport:evidence:v\d+$/.test(format) && !format.endsWith(':v1')) {
    throw new AppError('FORMAT-NEWER', `The evidence is written as ${format}.`);
  }
  const [first] = parsed.error.issues;
  const where = first?.path.map(String).join('.') ?? '';
  throw new AppError('FORMAT-INVALID', `It is not exported evidence: ${where} ${first?.message ?? ''}`);
}

/**
 * Checks an export against itself and against the key of the site that made it, with nothing but the document: the log, the
 * records, the manifest and its files, the signatures, waivers and custody. `logKey` is what the reader knows from elsewhere;
 * without it the document can only vouch for itself, and that is said.
 */
export async function checkEvidence(document: EvidenceDocument, logKey: string | null): Promise<Check[]> {
  return [
    checkKey(document, logKey),
    ...checkLog(document),
    ...checkRecords(document),
    ...checkManifest(document),
    ...(await checkSignatures(document)),
    ...checkWaivers(document),
    ...checkTransfer(document),
  ];
}

function good(id: string, detail: string): Check {
  return { id, status: 'verified', detail };
}

function bad(id: string, detail: string, more: Partial<Check> = {}): Check {
  return { id, status: 'failed', code: 'AUDIT-BROKEN', detail, ...more };
}

function checkKey({ site }: EvidenceDocument, logKey: string | null): Check {
  const check = { id: 'evidence.key', found: site.logKey };
  if (logKey === null) {
    const detail = 'No key of the site was given. Ask for it over another way, and name it: --log-key.';
    return { ...check, status: 'not-checked', detail };
  }
  if (logKey === site.logKey) return { ...check, status: 'verified', expected: logKey };
  const detail = 'It was made by another site, or by somebody else, than the key that was given.';
  return { ...check, status: 'failed', code: 'SIGNER-UNKNOWN', expected: logKey, detail };
}

function checkLog({ log, site }: EvidenceDocument): Check[] {
  const problems = log.flatMap((proof): Check[] => {
    const isSame = proof.leaf === canonicalText(proof.entry.body);
    const problem = isSame ? findProofProblem(proof, site.logKey) : 'The entry is not what its leaf says.';
    return problem === null ? [] : [bad('evidence.log', problem, { path: `entry ${proof.entry.index}` })];
  });
  if (problems.length > 0) return problems;
  if (log.length === 0) return [bad('evidence.log', 'No entry of the audit log came with it.')];
  return [good('evidence.log', `${log.length} entries are in the log that this key signed.`)];
}

function checkRecords(document: EvidenceDocument): Check[] {
  const { records, reports, log, site } = document;
  const key = parseVerifierKey(site.logKey);
  if (key === null) return [bad('evidence.records', 'The key of the site cannot be read.')];
  const signer = { publicKey: key.publicKey, fingerprint: fingerprintOfBlob(opensshBlob(key.publicKey)) };
  const logged = new Set(log.flatMap(({ entry }) => entry.body.subjects.map(({ digest }) => digest)));
  const digests = new Set(reports.map(({ report }) => digestOfReport(report)));
  const problems = records.flatMap((row): Check[] => {
    const path = `record of ${row.at}`;
    const record = readVerification(row.envelope, row.manifestDigest, signer);
    if (typeof record === 'string')
      return [bad('evidence.records', `The record does not hold: ${record}.`, { path })];
    return logged.has(verificationSubject(row).digest)
      ? []
      : [bad('evidence.records', 'The record is not in the log.', { path })];
  });
  const said = records.flatMap((row) => {
    const record = readVerification(row.envelope, row.manifestDigest, signer);
    return typeof record === 'string' ? [] : [record.reportDigest];
  });
  const unsaid = reports.filter(({ occasion }) => occasion !== 'release');
  for (const { report, occasion } of unsaid) {
    if (said.includes(digestOfReport(report))) continue;
    problems.push(
      bad('evidence.reports', 'No signed record is about this report.', {
        path: `${occasion} ${report.checkedAt}`,
      }),
    );
  }
  if (problems.length > 0) return problems;
  const detail = `${records.length} signed records hold, and every one of ${digests.size} reports is one that was put on record.`;
  return [good('evidence.records', detail)];
}

function checkManifest({ manifest, subject, files, records }: EvidenceDocument): Check[] {
  if (manifest === null) return [];
  const found = digestOf(utf8(manifest));
  const sides = { expected: subject.manifestDigest ?? '', found };
  if (found !== subject.manifestDigest || records.some(({ manifestDigest }) => manifestDigest !== found)) {
    return [bad('evidence.manifest', 'The manifest is another than the one on record.', sides)];
  }
  const listed = new Map(parseManifest(manifest).files.map(({ path, digest }) => [path, digest]));
  const wrong = files.filter(
    ({ path, digest, digests, bytes }) =>
      listed.get(path) !== digest ||
      (digests['sha256'] !== undefined && `sha256:${digests['sha256']}` !== digest) ||
      (bytes !== null && digestOf(new Uint8Array(Buffer.from(bytes, 'base64'))) !== digest),
  );
  if (wrong.length === 0 && listed.size === files.length) {
    return [good('evidence.manifest', `The manifest is ${found} and lists these ${files.length} files.`)];
  }
  return [
    bad('evidence.manifest', 'Files are others than the manifest lists.', { path: wrong[0]?.path ?? '' }),
  ];
}

/** Every signature once more, over the digests of the files, as of the time of each report. */
async function checkSignatures(document: EvidenceDocument): Promise<Check[]> {
  if (document.manifest === null || document.subject.set !== null) return [];
  const checks: Check[] = [];
  for (const { report, occasion } of document.reports) {
    const again = await verifyAgain(document, report);
    checks.push(compare(report, again, `${occasion} ${report.checkedAt}`));
  }
  return checks;
}

function compare(report: VerifyReport, again: VerifyReport | null, path: string): Check {
  const check = { id: 'evidence.signatures', path };
  if (again === null) {
    const detail =
      'A signature here is over the bytes of a file, not over a digest of it: check it with the file at hand.';
    return { ...check, status: 'not-checked', detail };
  }
  const sides = { expected: inShort(report), found: inShort(again) };
  if (sides.expected === sides.found) return { ...check, ...sides, status: 'verified' };
  return bad('evidence.signatures', 'Verified again, the signatures say something else.', { path, ...sides });
}

function inShort({ signature, signers, files }: VerifyReport): string {
  const who = signers.map(({ fingerprint }) => fingerprint).sort();
  const wrong = [...files.missing, ...files.mismatched].sort();
  return [`signature ${signature}`, ...who, ...wrong].join(', ');
}

function checkWaivers({ waivers }: EvidenceDocument): Check[] {
  const broken = waivers.filter(
    ({ publicKey, ...waiver }) =>
      !isWaiverSigned({ ...waiver, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64')) }),
  );
  if (waivers.length === 0) return [];
  if (broken.length > 0) {
    return broken.map(({ id }) =>
      bad('evidence.waivers', 'The waiver is not as it was signed.', { path: id }),
    );
  }
  return [good('evidence.waivers', `${waivers.length} waivers are as they were signed.`)];
}

function checkTransfer({ transfer }: EvidenceDocument): Check[] {
  if (transfer === null) return [];
  const custody = CustodyLog.read(transfer.custody, transfer.setId);
  const chain =
    transfer.custody.length === 0
      ? []
      : typeof custody === 'string'
        ? [bad('evidence.custody', `The custody log does not hold: ${custody}.`)]
        : [good('evidence.custody', `${transfer.custody.length} entries of custody follow from each other.`)];
  if (transfer.control === null) return chain;
  const { signature, content, signatureDetail } = openSetDocument(utf8(transfer.control));
  const isGood = signature === 'valid' && content?.setId === transfer.setId;
  return [
    ...chain,
    isGood
      ? good('evidence.control', 'The control file of the set is as it was signed.')
      : bad('evidence.control', `The control file of the set does not hold. ${signatureDetail}`),
  ];
}
