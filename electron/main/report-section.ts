import type { EvidenceDocument } from '#shared/contract/evidence-document.ts';
import type { Check, Signer, VerifyReport } from '#shared/contract/evidence.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { groupFingerprint } from '#shared/format/digest.ts';
import { answerQuestions } from '#shared/format/evidence-questions.ts';
import { describeEvidence } from '#shared/format/evidence-words.ts';
import { html, type Markup } from './markup.ts';
import { facts, table } from './page-blocks.ts';

const occasions = {
  import: 'As it came in',
  release: 'As it was published',
  'verified-again': 'Verified again',
} as const;

/** One verification on paper: the answers, the signers, what differs, and every check with both sides. */
export function reportSection({ occasion, by, report }: EvidenceDocument['reports'][number]): Markup {
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
