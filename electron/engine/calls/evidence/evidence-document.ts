import type { Digest } from '#shared/contract/basics.ts';
import type { EvidenceDocument, ExportSubject } from '#shared/contract/evidence-document.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { openSetDocument } from '#engine/bundle/set-document.ts';
import { identify } from '#engine/bundle/identity.ts';
import { AppError } from '#engine/core/app-error.ts';
import { encodeBase64 } from '#engine/core/base64.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import { publicGoodRoot, publicGoodRootText } from '#engine/trust/sigstore/public-good-root.ts';
import type { EngineContext } from '../../context.ts';
import { signersOf } from '../trust/affected.ts';
import { evidenceFiles } from './evidence-files.ts';
import { findRelease } from '../releases/find-release.ts';
import { heldImport } from '../scan/held.ts';
import { judgeHeld, judgeNow } from '../scan/held-scan.ts';
import { custodyOf, describeTransfer } from '../transfers/transfers.ts';
import { trustPolicyInForce } from '../trust/trust-status.ts';
import { trustNow } from '../trust/trust-now.ts';
import { listWaivers } from '../scan/waivers.ts';

type Transfer = NonNullable<EvidenceDocument['transfer']>;
type TransferRef = Pick<Transfer, 'setId' | 'direction'>;

/** What the document is about, found in the registry. */
interface Found {
  readonly subject: EvidenceDocument['subject'];
  readonly imports: readonly ImportRow[];
  readonly release: ReleaseRow | null;
  readonly set: TransferRef | null;
}

/** Gathers everything needed to check the evidence again elsewhere. Reads signatures and lists, no weights. Throws NOT-FOUND. */
export async function evidenceDocument(context: EngineContext, of: ExportSubject): Promise<EvidenceDocument> {
  const { registry, audit } = context;
  const found = findSubject(context, of);
  const { subject, imports, release, set } = found;
  const [held] = found.set !== null && subject.kind === 'set' ? [] : imports;
  const reports = reportsOf(context, imports, release);
  const digests = new Set<string>(
    imports.flatMap((row) => [
      row.manifestDigest ?? '',
      ...registry.imports.files(row.id).map(({ digest }) => digest),
    ]),
  );
  return {
    format: 'urn:sallyport:evidence:v1',
    subject,
    site: { name: context.site(), logKey: audit.verifierKey },
    manifest: held?.manifest ?? null,
    files: held === undefined ? [] : await evidenceFiles(context, held),
    reports,
    records: imports.flatMap(({ id }) => registry.verificationRecords.list(id)),
    trust: trustOf(
      context,
      reports.map(({ report }) => report),
    ),
    scan: held === undefined ? null : scanOf(context, held),
    waivers: waiversOf(context, digests),
    attachments: imports.flatMap(({ id }) => registry.attachments.list(id)),
    transfer: set === null ? null : transferOf(context, set),
    log: entriesAbout(context, found),
  };
}

function findSubject(context: EngineContext, of: ExportSubject): Found {
  const { registry } = context;
  if ('set' in of) {
    const detail = describeTransfer(context, of.set.setId, of.set.direction);
    const { setId, direction, releases } = detail;
    const set = { setId, direction };
    const imports =
      direction === 'out' ? [] : registry.imports.list().filter(({ transferSet }) => transferSet === setId);
    const state = direction === 'out' ? 'written' : 'received';
    const subject = {
      kind: 'set',
      name: setId,
      state,
      importId: null,
      manifestDigest: null,
      set,
      releases,
    } as const;
    return { subject, imports: imports.toReversed(), release: null, set };
  }
  const release = 'release' in of ? findRelease(registry, of.release.model, of.release.version) : null;
  const id = 'release' in of ? (release?.importId ?? '') : of.import;
  const row = registry.imports.get(id);
  if (row === null) throw new AppError('NOT-FOUND', `There is no import ${id}.`);
  const { model, version, manifestDigest, transferSet } = row;
  const set = transferSet === null ? null : ({ setId: transferSet, direction: 'in' } as const);
  const kind = release === null ? ('import' as const) : ('release' as const);
  const state = release?.state ?? row.state;
  const releases = [{ model, version }];
  const subject = { kind, name: `${model}@${version}`, state, importId: id, manifestDigest, set, releases };
  return { subject, imports: [row], release, set };
}

function reportsOf(
  { registry }: EngineContext,
  imports: readonly ImportRow[],
  release: ReleaseRow | null,
): EvidenceDocument['reports'] {
  const atImport = imports.flatMap(({ id, startedBy, evidence }) =>
    evidence === null ? [] : [{ occasion: 'import' as const, importId: id, by: startedBy, report: evidence }],
  );
  if (release === null) return atImport;
  const { importId, publishedBy, evidence } = release;
  return [
    ...atImport,
    { occasion: 'release', importId, by: publishedBy, report: evidence },
    ...registry.releases.verifications(release.id).map(({ by, report }) => {
      return { occasion: 'verified-again' as const, importId, by, report };
    }),
  ];
}

/** The anchors that signers were known by, in force or not, and everything else that judged them. */
function trustOf(context: EngineContext, reports: readonly VerifyReport[]): EvidenceDocument['trust'] {
  const { registry } = context;
  const signers = reports.flatMap(signersOf);
  const ids = new Set(signers.flatMap(({ anchor }) => (anchor === undefined ? [] : [anchor.id])));
  const all = [...registry.anchors.list(), ...registry.anchors.history().map(({ anchor }) => anchor)];
  const builtIn = publicGoodRootLabel();
  const usesBuiltIn = signers.some(({ root }) => root?.label === builtIn);
  const pack = registry.trustPacks.current();
  return {
    anchors: all.filter(({ id }) => ids.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1)),
    roots: usesBuiltIn ? [{ label: builtIn, material: publicGoodRootText() }] : [],
    revocations: registry.revocations
      .list()
      .map(({ kind, value, reason, revokedAt }) => ({ kind, value, reason, revokedAt }))
      .sort((a, b) => (a.value < b.value ? -1 : 1)),
    pack:
      pack === null
        ? null
        : {
            authority: pack.authority,
            number: pack.number,
            digest: pack.digest,
            envelope: encodeBase64(pack.envelope),
          },
    policy: trustPolicyInForce(context).policy,
  };
}

function publicGoodRootLabel(): string {
  return publicGoodRoot().label;
}

function scanOf(context: EngineContext, row: ImportRow): EvidenceDocument['scan'] {
  const now = judgeNow(context);
  const report = judgeHeld(context, heldImport(context.registry, row), now);
  if (report === null) return null;
  const { id, version, digest, document } = now.policy;
  return { report, policy: { id, version, digest, document } };
}

function waiversOf(context: EngineContext, digests: ReadonlySet<string>): EvidenceDocument['waivers'] {
  const keys = new Map(context.registry.waivers.list().map(({ id, publicKey }) => [id, publicKey]));
  return listWaivers(context)
    .filter(({ subject }) => digests.has(subject))
    .map(({ state: _state, ...waiver }) => {
      return { ...waiver, publicKey: encodeBase64(keys.get(waiver.id) ?? new Uint8Array(0)) };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function transferOf(context: EngineContext, { setId, direction }: TransferRef): Transfer {
  const control = context.registry.setControls.get(setId, direction);
  const opened = control === null ? null : openSetDocument(control);
  const createdAt = opened?.content?.createdAt ?? null;
  const signer =
    opened === null
      ? null
      : identify({ ...opened, createdAt }, trustNow(context), 'transfer-sets', null).signer;
  return {
    setId,
    direction,
    control: control === null ? null : new TextDecoder().decode(control),
    signature: opened?.signature ?? 'absent',
    signer,
    custody: custodyOf(context, setId).rows.map(({ line }) => line),
    attached: context.registry.transferEvidence.of({ setId, direction }),
  };
}

/** What the log says was done with these imports, the release and the set. */
function entriesAbout({ audit }: EngineContext, { subject, imports, set }: Found): EvidenceDocument['log'] {
  const digests = new Set<Digest>(imports.flatMap(({ manifestDigest }) => manifestDigest ?? []));
  const ids = new Set(imports.map(({ id }) => id));
  const names = [...digests, ...ids, ...(set === null ? [] : [set.setId.slice(0, 8)])];
  return audit.proofsAbout(names, ({ object, subjects, details }) => {
    const isOfSet = set !== null && (details['set'] === set.setId || object.includes(set.setId.slice(0, 8)));
    const isOfImport =
      ids.has(details['import'] ?? '') || (details['imports'] ?? '').split(' ').some((id) => ids.has(id));
    return (
      isOfSet || isOfImport || (subject.kind !== 'set' && subjects.some(({ digest }) => digests.has(digest)))
    );
  });
}
