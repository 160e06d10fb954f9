import { copyFileSync } from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { AuditLog } from '#engine/audit/audit-log.ts';
import { hashLeaf, rootFromInclusion } from '#engine/audit/merkle.ts';
import { pinSubject } from '#engine/audit/records.ts';
import { isSignedBy, parseCheckpoint, signCheckpoint } from '#engine/audit/signed-note.ts';
import { verifyLog } from '#engine/audit/verify-log.ts';
import { verifyRecords } from '#engine/audit/verify-records.ts';
import { Registry } from '#engine/registry/registry.ts';
import { seedSigner } from '#engine/trust/seed-signer.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const signer = seedSigner('sallyport/test', new Uint8Array(32).fill(7));
const at = (n: number) => `2026-11-23T10:00:${String(n).padStart(2, '0')}.000Z`;

/** A log of `entries` acts that wrote one release's pins, one pin an act. */
function writeLog(file: string, entries: number): { registry: Registry; log: AuditLog } {
  const registry = new Registry(file);
  const log = new AuditLog(registry.auditLog, signer);
  for (let n = 0; n < entries; n++) appendAct(registry, log, n);
  return { registry, log };
}

function appendAct(registry: Registry, log: AuditLog, n: number): void {
  registry.transaction(() => {
    log.append({
      act: 'note',
      who: 'operator',
      key: null,
      at: at(n),
      outcome: 'done',
      object: `thing ${n}`,
      subjects: [],
      reason: 'because',
      details: {},
    });
  });
}

/** Does to the closed database what somebody with the sqlite command line would. */
function edit(file: string, sql: string): void {
  const database = new BetterSqlite(file);
  database.exec(sql);
  database.close();
}

function reopen(file: string): { registry: Registry; log: AuditLog } {
  const registry = new Registry(file);
  onTestFinished(() => registry.close());
  return { registry, log: new AuditLog(registry.auditLog, signer) };
}

const evidence: VerifyReport = {
  verdict: 'verified',
  format: 'none',
  signature: 'absent',
  signer: null,
  checks: [],
  files: { listed: 0, verified: 0, missing: [], extra: [], mismatched: [], ignored: [] },
  signers: [],
  provenAt: null,
  checkedAt: at(0),
  trustAgeDays: null,
};

const failures = (checks: Check[]) => checks.filter((check) => check.status === 'failed');

function prepare(entries = 20): { file: string; kept: string } {
  const file = path.join(temporaryFolder(), 'registry.db');
  const { registry, log } = writeLog(file, entries);
  const kept = log.latestCheckpoint()?.note ?? '';
  registry.close();
  return { file, kept };
}

describe('a log nobody touched', () => {
  it('verifies, against the checkpoint kept beside it too', () => {
    const { file, kept } = prepare();
    expect(failures(verifyLog(reopen(file).log, kept))).toEqual([]);
    expect(failures(verifyLog(reopen(file).log, null))).toEqual([]);
  });

  it('verifies when it is empty', () => {
    const { file } = prepare(0);
    expect(failures(verifyLog(reopen(file).log, null))).toEqual([]);
  });

  it('still verifies with an older kept checkpoint: it only grew', () => {
    const { file, kept } = prepare();
    const { registry, log } = reopen(file);
    appendAct(registry, log, 21);
    expect(failures(verifyLog(log, kept))).toEqual([]);
  });

  it('proves each entry to somebody who has only the public key', () => {
    const { log } = reopen(prepare(13).file);
    for (let index = 0; index < 13; index++) {
      const proof = log.proof(index);
      const leaf = hashLeaf(new TextEncoder().encode(proof.leaf));
      const pathUp = proof.path.map((hash) => new Uint8Array(Buffer.from(hash, 'hex')));
      const root = rootFromInclusion(leaf, index, proof.head.size, pathUp);
      const note = proof.head.checkpoint ?? '';
      expect(isSignedBy(note, log.origin, log.publicKey)).toBe(true);
      expect(parseCheckpoint(note)?.root).toEqual(root);
    }
  });
});

describe('an edit with the sqlite command line is found', () => {
  const unlock =
    'DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete; DROP TRIGGER audit_checkpoints_no_delete;';

  it('in the text of an entry, which is named', () => {
    const { file, kept } = prepare();
    edit(file, `${unlock} UPDATE audit_log SET body = replace(body, 'because', 'no reason') WHERE idx = 7`);
    const [found] = failures(verifyLog(reopen(file).log, kept));
    expect(found).toMatchObject({ code: 'AUDIT-BROKEN', path: 'entry 7' });
  });

  it('in an entry whose leaf hash was recomputed', () => {
    const { file, kept } = prepare();
    const body = String(
      new BetterSqlite(file).prepare('SELECT body FROM audit_log WHERE idx = 7').pluck().get(),
    );
    const forged = body.replace('because', 'no reason');
    const leaf = Buffer.from(hashLeaf(new TextEncoder().encode(forged))).toString('hex');
    edit(file, `${unlock} UPDATE audit_log SET body = '${forged}', leaf_hash = x'${leaf}' WHERE idx = 7`);
    expect(failures(verifyLog(reopen(file).log, kept))).not.toEqual([]);
    expect(failures(verifyLog(reopen(file).log, null))).not.toEqual([]);
  });

  it('when an entry in the middle is gone', () => {
    const { file, kept } = prepare();
    edit(file, `${unlock} DELETE FROM audit_log WHERE idx = 7`);
    expect(failures(verifyLog(reopen(file).log, kept))).not.toEqual([]);
  });

  it('when the end was cut off, checkpoints and all', () => {
    const { file, kept } = prepare();
    edit(
      file,
      `${unlock} DELETE FROM audit_log WHERE idx >= 15; DELETE FROM audit_checkpoints WHERE size > 15`,
    );
    expect(failures(verifyLog(reopen(file).log, null))).toEqual([]); // the database alone cannot know
    expect(failures(verifyLog(reopen(file).log, kept))).toMatchObject([
      { id: 'audit.outside', code: 'AUDIT-BROKEN' },
    ]);
  });

  it('when last week’s database was put back', () => {
    const file = path.join(temporaryFolder(), 'registry.db');
    const first = writeLog(file, 5);
    first.registry.close();
    const old = `${file}.old`;
    copyFileSync(file, old);
    const second = reopen(file);
    appendAct(second.registry, second.log, 6);
    const kept = second.log.latestCheckpoint()?.note ?? '';
    expect(failures(verifyLog(reopen(old).log, kept))).not.toEqual([]);
  });

  it('when the log’s key was exchanged, also after new entries', () => {
    const { file } = prepare();
    const registry = new Registry(file);
    onTestFinished(() => registry.close());
    const exchanged = new AuditLog(
      registry.auditLog,
      seedSigner('sallyport/other', new Uint8Array(32).fill(9)),
    );
    appendAct(registry, exchanged, 30);
    const kept = exchanged.latestCheckpoint()?.note ?? '';
    expect(failures(verifyLog(exchanged, kept))).toMatchObject([{ id: 'audit.key', code: 'AUDIT-BROKEN' }]);
  });

  it('when somebody signed a checkpoint with another key', () => {
    const { file, kept } = prepare();
    const checkpoint = parseCheckpoint(kept);
    if (checkpoint === null) throw new Error('no checkpoint');
    const forged = signCheckpoint(checkpoint, seedSigner('sallyport/test', new Uint8Array(32).fill(8)));
    expect(failures(verifyLog(reopen(file).log, forged))).not.toEqual([]);
  });
});

describe('rows of record', () => {
  function withPins(): string {
    const file = path.join(temporaryFolder(), 'registry.db');
    const registry = new Registry(file);
    const log = new AuditLog(registry.auditLog, signer);
    const database = new BetterSqlite(file);
    database.pragma('foreign_keys = OFF');
    const report = JSON.stringify(evidence);
    const digest = `sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`;
    database.exec(
      `INSERT INTO releases VALUES (1, 'm', '1.0.0', '${digest}', '', 0, 'verified', '${report}', 's', 'i', '${at(0)}', 'o')`,
    );
    database.close();
    for (let n = 1; n <= 3; n++) {
      const pin = {
        model: 'm',
        channel: 'production',
        version: '1.0.0',
        manifestDigest: digest,
        at: at(n),
        by: 'o',
        reason: 'r',
      };
      registry.transaction(() => {
        registry.channels.pin({ ...pin, releaseId: 1 });
        log.append({
          act: 'channel.pin',
          who: 'o',
          key: null,
          at: at(n),
          outcome: 'done',
          object: 'm',
          subjects: [pinSubject(pin)],
          reason: 'r',
          details: {},
        });
      });
    }
    registry.close();
    return file;
  }

  /** The release row above was never governed, so it is found as well; here only pins are looked at. */
  const pinFailures = (file: string) => {
    const { registry, log } = reopen(file);
    return failures(verifyRecords(log, registry)).filter((check) => check.path?.includes('pins'));
  };

  it('are as the log says when nobody touched them', () => {
    expect(pinFailures(withPins())).toEqual([]);
  });

  it.each([
    ['changed', 'DROP TRIGGER pins_no_update', "UPDATE pins SET reason = 'never happened' WHERE id = 2"],
    ['removed', 'DROP TRIGGER pins_no_delete', 'DELETE FROM pins WHERE id = 2'],
    [
      'added',
      'SELECT 1',
      `INSERT INTO pins SELECT 9, model, channel, release_id, '${at(9)}', by, reason FROM pins WHERE id = 2`,
    ],
  ])('that were %s are named', (_what, unlock, sql) => {
    const file = withPins();
    edit(file, `${unlock}; ${sql}`);
    expect(pinFailures(file)).toMatchObject([
      { code: 'AUDIT-BROKEN', path: expect.stringContaining('pins: m production') as string },
    ]);
  });
});
