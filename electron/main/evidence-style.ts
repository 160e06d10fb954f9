/** The look of printed evidence: black on white, digests in monospace and wrapped wherever the line ends. */
export const evidenceStyle = `
* { box-sizing: border-box; margin: 0; padding: 0; }
body { font: 400 9.5pt/1.45 system-ui, 'Liberation Sans', Arial, sans-serif; color: #111; }
h1 { font-size: 15pt; line-height: 1.3; margin-bottom: 8pt; overflow-wrap: anywhere; }
h2 { font-size: 12pt; margin: 16pt 0 4pt; padding-top: 6pt; border-top: 0.75pt solid #999; break-after: avoid; }
h3 { font-size: 10pt; margin: 10pt 0 3pt; break-after: avoid; }
p { margin: 4pt 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: 110pt minmax(0, 1fr); gap: 1pt 8pt; margin: 4pt 0; }
dt { color: #555; }
dd, td, .mono { overflow-wrap: anywhere; }
dd, .mono { font: 8.5pt/1.5 ui-monospace, 'Liberation Mono', monospace; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; margin: 4pt 0; font-size: 8.5pt; }
th { text-align: left; color: #555; font-weight: 600; }
th, td { padding: 2pt 6pt 2pt 0; vertical-align: top; border-bottom: 0.5pt solid #ddd; }
th:first-child { width: 15%; }
th:nth-child(2):not(:last-child) { width: 20%; }
table.digests th:first-child { width: 30%; }
table.digests th:nth-child(2) { width: 48%; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
.quiet { color: #555; }
.verified { color: #17622f; font-weight: 600; }
.failed { color: #a3161a; font-weight: 700; }
.warning { color: #7a4b00; font-weight: 600; }
.not-checked { color: #555; font-weight: 600; }
`;
