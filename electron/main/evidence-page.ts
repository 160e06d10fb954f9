import type { EvidenceDocument } from '#shared/contract/evidence-document.ts';
import type { Check, Signer, VerifyReport } from '#shared/contract/evidence.ts';
import { formatBytesExactly, formatNoun } from '#shared/format/bytes.ts';
import { groupFingerprint } from '#shared/format/digest.ts';
import { answerQuestions } from '#shared/format/evidence-questions.ts';
import { describeEvidence } from '#shared/format/evidence-words.ts';
import { html, type Markup } from './markup.ts';

/** Rows of one table on paper; the JSON form has every one, and the page says so. */
const ROWS = 2000;

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

const occasions = {
  import: 'As it came in',
  release: 'As it was published',
  'verified-again': 'Verified again',
} as const;

function reportSection({ occasion, by, report }: EvidenceDocument['reports'][number]): Markup {
  const answers = answerQuestions(report).map(
    ({ question, verdict, answer }) =>
      html`<tr>
        <td class="${verdict}">${verdict}</td>
        <td>${question}</td>
        <td>${answer}</td>
      </tr>`,
  );
  return html`<section>
    <h2>${occasions[occasion]}: <span class="${report.verdict}">${report.verdict}</span></h2>
    <p>${describeEvidence(report)}</p>
    ${facts([
      ['checked', report.checkedAt],
      ['by', by],
      ['format', report.format],
      ['proven time', report.provenAt],
      ['age of trust data', report.trustAgeDays === null ? null : formatNoun(report.trustAgeDays, 'day')],
    ])}
    <table>
      ${answers}
    </table>
    ${report.signers.map(signerFacts)} ${differences(report)} ${checkTable(report.checks)}
  </section>`;
}

function signerFacts(signer: Signer): Markup {
  const { kind, groups } = groupFingerprint(signer.fingerprint);
  return html`<h3>Signer</h3>
    ${facts([
      ['fingerprint', `${kind} ${groups.join(' ')}`],
      ['key type', signer.keyType],
      ['names', signer.name],
      ['issuer', signer.issuer],
      ['certificate', signer.certificate],
      ['valid until', signer.validUntil],
      ['root', signer.root?.label],
      [
        'anchor',
        signer.anchor === undefined ? 'none' : `${signer.anchor.owner}, accepted ${signer.anchor.addedAt}`,
      ],
      ['claim', signer.comment],
    ])}`;
}

function differences({ files }: VerifyReport): Markup {
  const kinds = [
    ['changed', files.mismatched],
    ['missing', files.missing],
    ['extra', files.extra],
    ['unsigned, left out by the signer', files.ignored],
  ] as const;
  const rows = kinds.flatMap(([kind, paths]) => paths.map((path) => [kind, path] as const));
  return rows.length === 0
    ? html``
    : html`<h3>Files that differ</h3>
        ${table(['', 'file'], rows)}`;
}

function checkTable(checks: readonly Check[]): Markup {
  const rows = checks.map(({ id, status, code = '', path = '', detail = '', expected = '', found = '' }) => {
    const sides = [expected === '' ? '' : `expected ${expected}`, found === '' ? '' : `found ${found}`];
    const said = [path, detail, ...sides, code].filter((part) => part !== '');
    return [status, id, said.join('\n')] as const;
  });
  return html`<h3>Checks (${checks.length})</h3>
    ${table(['outcome', 'check', 'what was compared'], rows)}`;
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

function facts(rows: readonly (readonly [name: string, value: string | null | undefined])[]): Markup {
  const known = rows.flatMap(([name, value]) =>
    value === null || value === undefined || value === ''
      ? []
      : [
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
        ],
  );
  return html`<dl>${known}</dl>`;
}

/** Columns that hold digests or fingerprints are wide. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const kind = ['digest', 'SHA-256', 'fingerprint'].includes(heads[1] ?? '') ? 'digests' : 'plain';
  const shown = rows.slice(0, ROWS).map(
    (row) =>
      html`<tr>
        ${row.map((cell) => html`<td>${cellText(cell)}</td>`)}
      </tr>`,
  );
  const rest = rows.length - shown.length;
  return html`<table class="${kind}">
      <thead>
        <tr>
          ${heads.map((head) => html`<th>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown}
      </tbody>
    </table>
    ${rest > 0 ? html`<p class="quiet">and ${rest} more, which the JSON form has</p>` : html``}`;
}

/** Lines of one cell stay lines. */
function cellText(cell: string): Markup[] {
  return cell.split('\n').map((line, n) => (n === 0 ? html`${line}` : html`<br />${line}`));
}
