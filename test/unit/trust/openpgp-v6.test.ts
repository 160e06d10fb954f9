import { createMessage, generateKey, sign } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import { anchorOf } from '../../fixtures/signing.ts';

const config = { v6Keys: true };
const text = (content: string) => new TextEncoder().encode(content);

const kinds = [{ type: 'curve25519' }, { type: 'ecc', curve: 'nistP256' }] as const;

/** A file signed by a new key of version 6 (RFC 9580 section 5.5.2.3). */
async function makeSigned(kind: (typeof kinds)[number]) {
  const { privateKey, publicKey } = await generateKey({
    ...kind,
    userIDs: [{ name: 'Vendor' }],
    format: 'object',
    config,
  });
  const signature = String(
    await sign({
      message: await createMessage({ binary: text('weights') }),
      signingKeys: privateKey,
      detached: true,
      config,
    }),
  );
  const anchors = (await parseAnchors(text(publicKey.armor()))).map((parsed) => anchorOf(parsed));
  return { version: publicKey.keyPacket.version, signature, anchors };
}

describe('an OpenPGP signature of version 6', () => {
  it.each(kinds)('by a key of $type holds for its bytes alone, and by its anchor alone', async (kind) => {
    const { version, signature, anchors } = await makeSigned(kind);
    expect(version).toBe(6);
    const verify = (content: string, trusted: typeof anchors) =>
      verifyFolder(new MemoryFolder({ 'model.bin': content, 'model.bin.asc': signature }), {
        anchors: trusted,
        at: new Date(),
      });
    expect(await verify('weights', anchors)).toMatchObject({ signature: 'valid' });
    expect(await verify('weightS', anchors)).toMatchObject({ signature: 'invalid', verdict: 'failed' });
    expect((await verify('weights', [])).verdict).not.toBe('verified');
  });
});
