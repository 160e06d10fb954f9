import { describe, expect, test } from 'vitest';
import { EvidenceDocument } from '#shared/contract/evidence-document.ts';
import { evidencePage } from '../../../electron/main/evidence-page.ts';
import { html } from '../../../electron/main/markup.ts';

const hostile = '<script>alert(1)</script><img src=x onerror=alert(2)>"\'&\u202e\u0007';
const digest = `sha256:${'a'.repeat(64)}`;
const at = '2026-11-23T12:00:00.000Z';

/** A document in which every free text is hostile. */
const document: EvidenceDocument = EvidenceDocument.parse({
  format: 'urn:sallyport:evidence:v1',
  subject: {
    kind: 'release',
    name: hostile,
    state: hostile,
    importId: 'imp-0123456789abcdef',
    manifestDigest: digest,
    set: null,
    releases: [],
  },
  site: { name: hostile, logKey: hostile },
  manifest: hostile,
  files: [{ path: hostile, role: 'config', digest, sizeBytes: 1, digests: {}, bytes: null }],
  reports: [
    {
      occasion: 'import',
      importId: 'imp-0123456789abcdef',
      by: hostile,
      report: {
        verdict: 'failed',
        format: hostile,
        signature: 'valid',
        signer: null,
        signers: [
          {
            fingerprint: hostile,
            keyType: hostile,
            name: hostile,
            issuer: hostile,
            anchor: { id: 'a', owner: hostile, addedAt: at },
            comment: hostile,
          },
        ],
        checks: [
          {
            id: hostile,
            status: 'failed',
            path: hostile,
            detail: hostile,
            expected: hostile,
            found: hostile,
          },
        ],
        files: { listed: 1, verified: 0, missing: [hostile], extra: [hostile], mismatched: [], ignored: [] },
        checkedAt: at,
        trustAgeDays: 3,
      },
    },
  ],
  records: [],
  trust: {
    anchors: [],
    roots: [],
    revocations: [{ kind: 'key', value: hostile, reason: hostile, revokedAt: at }],
    pack: null,
    policy: { signers: [], freshness: { warnDays: 1, failDays: null } },
  },
  scan: null,
  waivers: [],
  attachments: [],
  transfer: {
    setId: '0'.repeat(32),
    direction: 'in',
    control: null,
    signature: 'absent',
    signer: null,
    custody: [hostile],
    attached: [],
  },
  log: [],
});

describe('evidence on paper', () => {
  test('shows every text as text, with hidden characters made visible', () => {
    const page = evidencePage(document, digest);
    expect(page).not.toMatch(/<script|<img|onerror=alert\(2\)>/i);
    // What stands in no tag of ours is escaped: no stray bracket is left over.
    const tags = new Set([...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name));
    const known =
      'html head meta title link body h1 h2 h3 p dl dt dd table thead tbody tr th td br section span'.split(
        ' ',
      );
    expect([...tags].filter((name) => !known.includes(name ?? ''))).toEqual([]);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect([...page].some((character) => character === '\u202e' || character === '\u0007')).toBe(false);
    expect(page).toContain(digest);
  });

  test('what is put into a template is escaped, and only markup made by it is not', () => {
    expect(html`<b>${'<i>'}</b>`.text).toBe('<b>&lt;i&gt;</b>');
    expect(html`<b>${html`<i>${'&'}</i>`}</b>`.text).toBe('<b><i>&amp;</i></b>');
    expect(html`${['"', html`<br />`]}${1}`.text).toBe('&quot;<br />1');
  });
});
