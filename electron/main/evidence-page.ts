import type { EvidenceDocument } from '#shared/contract/evidence-document.ts';
import { formatBytesExactly } from '#shared/format/bytes.ts';
import { html, type Markup } from './markup.ts';
import { cellText, facts, table } from './page-blocks.ts';
import { reportSection } from './report-section.ts';

/** Where the page finds its style; served by print-page.ts. */
export const STYLE_PATH = 'evidence.css';

/** The evidence as a page without script, to be printed. `digest` is that of the JSON form, which holds everything. */
export function evidencePage(document: EvidenceDocument, digest: string): string {
  const { subject, site } = document;
  const title = `Evidence of ${subject.kind} ${subject.name}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <link rel="stylesheet" href="${STYLE_PATH}" />
      </head>
      <body>
        <h1>${title}</h1>
        ${facts([
          ['state', subject.state],
          ['import', subject.importId],
          ['manifest', subject.manifestDigest],
          ['set', subject.set?.setId ?? null],
          ['site', site.name],
          ['key of its log', site.logKey],
          ['JSON form', digest],
        ])}
        <p class="quiet">
          The JSON form with this digest holds everything needed to check this again: signatures, anchors,
          signed records, proofs of the log. “sallyport evidence check” does, and the README says how other
          tools do.
        </p>
        ${document.reports.map(reportSection)} ${trustSection(document)} ${scanSection(document)}
        ${transferSection(document)} ${filesSection(document)} ${logSection(document)}
      </body>
    </html>`.text;
}

function trustSection({ trust }: EvidenceDocument): Markup {
  const anchors = trust.anchors.map(
    ({ owner, fingerprint, models, source, addedAt, addedBy, refreshedAt, revokedAt }) =>
      [
        owner,
        fingerprint,
        `for ${models.join(', ')}; from ${source}; accepted ${addedAt} by ${addedBy}; confirmed ${refreshedAt}${revokedAt === null ? '' : `; revoked ${revokedAt}`}`,
      ] as const,
  );
  const revocations = trust.revocations.map(({ kind, value, reason }) => [kind, value, reason] as const);
  return html`<section>
    <h2>Trust data</h2>
    ${facts([
      [
        'trust pack',
        trust.pack === null
          ? 'none'
          : `${trust.pack.number} of ${trust.pack.authority}, ${trust.pack.digest}`,
      ],
      ['expired certificates', trust.policy.expired],
    ])}
    ${anchors.length === 0 ? html`<p>No anchor was used.</p>` : table(['anchor', 'fingerprint', 'limits and age'], anchors)}
    ${
      revocations.length === 0
        ? html``
        : html`<h3>Revocations in force</h3>
            ${table(['', 'what', 'reason'], revocations)}`
    }
  </section>`;
}

function scanSection({ scan, waivers, attachments }: EvidenceDocument): Markup {
  const findings = (scan?.report.files ?? []).flatMap(({ path, findings: found }) =>
    found.map(({ rule, effect, detail }) => [effect, rule, `${path}\n${detail}`] as const),
  );
  const across = (scan?.report.across ?? []).map(
    ({ path, rule, effect, detail }) => [effect, rule, `${path}\n${detail}`] as const,
  );
  const waived = waivers.map(
    ({ rule, object, reason, grantedBy, grantedAt, key, revoked }) =>
      [
        rule,
        object,
        `${reason}\nby ${grantedBy}, ${grantedAt}, ${key}${revoked === null ? '' : `; revoked ${revoked.at}`}`,
      ] as const,
  );
  const reports = attachments.map(
    ({ tool, toolVersion, outcome, detail, at, by, file }) =>
      [outcome, `${tool} ${toolVersion ?? ''}`, `${detail}\n${at} by ${by}\n${file?.digest ?? ''}`] as const,
  );
  return html`<section>
    <h2>Scan: ${scan === null ? 'none by this version' : scan.report.verdict}</h2>
    ${
      scan === null
        ? html``
        : facts([
            ['policy', `${scan.policy.id} version ${scan.policy.version}, ${scan.policy.digest}`],
            ['scanner', scan.report.scanner],
            ['scanned', scan.report.scannedAt],
            [
              'read',
              `${formatBytesExactly(scan.report.bytesRead)} of ${formatBytesExactly(scan.report.sizeBytes)}`,
            ],
          ])
    }
    ${findings.length + across.length === 0 ? html`` : table(['effect', 'rule', 'finding'], [...findings, ...across])}
    ${
      waived.length === 0
        ? html``
        : html`<h3>Waivers</h3>
            ${table(['rule', 'for', 'reason'], waived)}`
    }
    ${
      reports.length === 0
        ? html``
        : html`<h3>Reports of others</h3>
            ${table(['outcome', 'tool', 'what it says'], reports)}`
    }
  </section>`;
}

function transferSection({ transfer }: EvidenceDocument): Markup {
  if (transfer === null) return html``;
  const attached = transfer.attached.map(({ name, digest, note }) => [name, digest, note] as const);
  return html`<section>
    <h2>Transfer set</h2>
    ${facts([
      ['set', transfer.setId],
      ['direction', transfer.direction === 'out' ? 'written here' : 'received here'],
      ['control file', `signature ${transfer.signature}`],
      ['signer', transfer.signer?.fingerprint],
    ])}
    <h3>Custody (${transfer.custody.length})</h3>
    ${table(
      ['entry'],
      transfer.custody.map((line) => [line]),
    )}
    ${
      attached.length === 0
        ? html``
        : html`<h3>Attached</h3>
            ${table(['file', 'digest', 'note'], attached)}`
    }
  </section>`;
}

function filesSection({ files }: EvidenceDocument): Markup {
  if (files.length === 0) return html``;
  const rows = files.map(
    ({ path, digest, sizeBytes }) => [path, digest, formatBytesExactly(sizeBytes)] as const,
  );
  return html`<section>
    <h2>Files (${files.length})</h2>
    ${table(['file', 'SHA-256', 'size'], rows)}
  </section>`;
}

function logSection({ log }: EvidenceDocument): Markup {
  const rows = log.map(
    ({ entry: { index, body } }) =>
      [
        String(index),
        body.at,
        `${body.who}: ${body.act} ${body.object}, ${body.outcome}${body.reason === null ? '' : `: “${body.reason}”`}`,
      ] as const,
  );
  return html`<section>
    <h2>Audit log</h2>
    ${table(['entry', 'at', 'what was done'], rows)}
    <h3>Checkpoint that proves these entries</h3>
    <p class="mono">${cellText(log[0]?.head.checkpoint ?? 'none')}</p>
  </section>`;
}
