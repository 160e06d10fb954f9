import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { KeyStore } from '#engine/access/key-store.ts';
import { loadLogKey } from '#engine/access/log-key.ts';
import { ActingSession } from '#engine/access/session.ts';
import { verifyEd25519 } from '#engine/trust/ed25519.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const failsWith = (code: string) => expect.objectContaining({ code }) as Error;
const message = new TextEncoder().encode('act');

async function storeWithKey() {
  const folder = temporaryFolder();
  const store = new KeyStore(folder, new ManualClock());
  const key = await store.create('packer', 'correct horse ä');
  return { store, key, file: path.join(folder, 'packer.key.json'), folder };
}

describe('keys of people', () => {
  it('sign after they were unlocked, and their file holds no secret in the clear', async () => {
    const { store, key, file } = await storeWithKey();
    const signer = await store.unlock('packer', 'correct horse ä');
    expect(signer.fingerprint).toBe(key.fingerprint);
    expect(verifyEd25519(signer.sign(message), message, signer.publicKey)).toBe(true);
    expect(await store.list()).toEqual([key]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { kdf: Record<string, unknown> };
    expect(stored.kdf).toMatchObject({ algorithm: 'argon2id', memoryKiB: 65_536, passes: 3 });
  });

  it('open with the same passphrase from a keyboard that composes accents otherwise', async () => {
    const { store } = await storeWithKey();
    await expect(store.unlock('packer', 'correct horse a\u0308')).resolves.toBeDefined();
  });

  it('stay shut for a wrong passphrase', async () => {
    const { store } = await storeWithKey();
    for (const wrong of ['correct horse', 'Correct horse ä', 'correct horse ä ']) {
      await expect(store.unlock('packer', wrong)).rejects.toThrow(failsWith('PASSPHRASE-WRONG'));
    }
  });

  it('are never overwritten, and have to exist', async () => {
    const { store, file } = await storeWithKey();
    const before = readFileSync(file);
    await expect(store.create('packer', 'other')).rejects.toThrow(failsWith('ALREADY-EXISTS'));
    expect(readFileSync(file)).toEqual(before);
    await expect(store.unlock('nobody', 'x')).rejects.toThrow(failsWith('NOT-FOUND'));
  });

  it('whose file was changed anywhere are unreadable, not a wrong passphrase', async () => {
    const { store, file } = await storeWithKey();
    const whole = readFileSync(file);
    for (let offset = 0; offset < whole.length; offset++) {
      const changed = Buffer.from(whole);
      changed[offset] = (changed[offset] ?? 0) ^ 1;
      // White space between tokens means nothing; blank and ! differ by the bit, so this stays damaged.
      writeFileSync(file, changed);
      await expect(store.unlock('packer', 'correct horse ä'), `byte ${offset}`).rejects.toThrow(
        failsWith('KEY-UNREADABLE'),
      );
    }
    writeFileSync(file, whole.subarray(0, 100));
    await expect(store.unlock('packer', 'x')).rejects.toThrow(failsWith('KEY-UNREADABLE'));
    expect(await store.list()).toEqual([]);
  });

  it('cannot be weakened or renamed through their file', async () => {
    const { store, file, folder } = await storeWithKey();
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('65536', '8'));
    await expect(store.unlock('packer', 'correct horse ä')).rejects.toThrow(failsWith('KEY-UNREADABLE'));
    writeFileSync(path.join(folder, 'chief.key.json'), text);
    await expect(store.unlock('chief', 'correct horse ä')).rejects.toThrow(failsWith('KEY-UNREADABLE'));
  });
});

describe('the key of the log', () => {
  it('is made once, kept with mode 0600, and gives the log its name', async () => {
    const file = path.join(temporaryFolder(), 'log.key');
    const first = await loadLogKey(file);
    const again = await loadLogKey(file);
    expect(again.publicKey).toEqual(first.publicKey);
    expect(again.name).toBe(first.name);
    expect(first.name).toMatch(/^sallyport-log-[0-9a-f]{8}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is not replaced when it is damaged', async () => {
    const file = path.join(temporaryFolder(), 'log.key');
    for (const content of ['', 'garbage', 'sallyport-log-key-v1 AAAA\n']) {
      writeFileSync(file, content);
      await expect(loadLogKey(file)).rejects.toThrow(failsWith('KEY-UNREADABLE'));
      expect(readFileSync(file, 'utf8')).toBe(content);
    }
  });
});

describe('the session', () => {
  it('acts as the user of the system until a key is unlocked', async () => {
    const { store, key } = await storeWithKey();
    const session = new ActingSession('operator');
    expect(session.actor()).toEqual({ who: 'operator', key: null });
    expect(() => session.signer()).toThrow(failsWith('KEY-LOCKED'));
    session.unlock(await store.unlock('packer', 'correct horse ä'));
    expect(session.actor()).toEqual({ who: 'packer', key: key.fingerprint });
    expect(session.current()).toEqual({
      osUser: 'operator',
      person: { name: 'packer', fingerprint: key.fingerprint },
    });
    session.lock();
    expect(session.current()).toEqual({ osUser: 'operator', person: null });
    expect(new ActingSession().actor().who).not.toBe('');
  });
});
