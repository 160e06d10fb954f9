import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import { ed25519KeyOf } from '#engine/trust/anchor.ts';
import { AnchorsRepository } from '#engine/registry/anchors.ts';
import { openDatabase } from '#engine/registry/database.ts';
import { foundation } from '#engine/registry/migrations/0001-foundation.ts';
import { minisignAnchor, newMinisignSigner, newSigner, sshAnchor } from '../../fixtures/signing.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

it('an anchor of the first schema keeps all it had, and counts for what it counted for', () => {
  const file = path.join(temporaryFolder(), 'registry.db');
  const signer = newSigner();
  const vendor = newMinisignSigner();
  const ssh = sshAnchor(signer, { id: 'one', models: ['silero-*'], owner: 'a packer' });
  const revokedAt = '2026-11-02T00:00:00.000Z';
  const minisign = minisignAnchor(vendor, { id: 'two', owner: 'b vendor', revokedAt, revokedReason: 'lost' });

  const old = new BetterSqlite(file);
  old.exec(foundation.sql);
  old.pragma('user_version = 1');
  const insert = old.prepare('INSERT INTO anchors VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const anchor of [ssh, minisign]) {
    insert.run(
      anchor.id,
      anchor.kind,
      anchor.keyType,
      anchor.fingerprint,
      Buffer.from(ed25519KeyOf(anchor) ?? []),
      anchor.comment,
      anchor.owner,
      JSON.stringify(anchor.models),
      anchor.source,
      anchor.addedAt,
      anchor.addedBy,
      anchor.revokedAt,
      anchor.revokedReason,
    );
  }
  old.close();

  const database = openDatabase(file);
  expect(new AnchorsRepository(database).list()).toEqual([ssh, minisign]);
  database.close();
});
