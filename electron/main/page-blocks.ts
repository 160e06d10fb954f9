import { html, type Markup } from './markup.ts';

/** Rows of one table on paper; the JSON form has every one, and the page says so. */
const ROWS = 2000;

/** Names and values; what is not known is left out. */
export function facts(rows: readonly (readonly [name: string, value: string | null | undefined])[]): Markup {
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
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): Markup {
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
export function cellText(cell: string): Markup[] {
  return cell.split('\n').map((line, n) => (n === 0 ? html`${line}` : html`<br />${line}`));
}
