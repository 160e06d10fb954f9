import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ReleaseFile } from '#shared/contract/releases.ts';
import { buildManifest, mediaTypeOf, parseManifest } from '#engine/store/manifest.ts';
import { roleOfPath } from '#engine/store/file-role.ts';

const file = (path: string, seed = path): ReleaseFile => {
  const role = roleOfPath(path);
  const digest = `sha256:${createHash('sha256').update(seed).digest('hex')}`;
  return { path, role, mediaType: mediaTypeOf(role), digest, sizeBytes: seed.length };
};
const release = { model: 'silero-vad', version: '5.0.0' };

describe('manifests', () => {
  it('gives the same identity to the same files in any order', () => {
    const files = [file('b.onnx'), file('a.json'), file('sub/c.md')];
    const built = buildManifest(release, files);
    expect(buildManifest(release, [...files].reverse())).toEqual(built);
    expect(built.digest).toBe(`sha256:${createHash('sha256').update(built.text).digest('hex')}`);
    expect(built.configDigest).toBe(`sha256:${createHash('sha256').update(built.config).digest('hex')}`);
  });

  it('gives another identity when a byte, a path, the name or the version differs', () => {
    const identities = [
      buildManifest(release, [file('a.onnx')]),
      buildManifest(release, [file('a.onnx', 'other')]),
      buildManifest(release, [file('b.onnx', 'a.onnx')]),
      buildManifest({ ...release, version: '5.0.1' }, [file('a.onnx')]),
      buildManifest({ ...release, model: 'other' }, [file('a.onnx')]),
    ].map((built) => built.digest);
    expect(new Set(identities).size).toBe(identities.length);
  });

  it('is read back as it was built', () => {
    const files = [file('a.json'), file('b.onnx')];
    const built = buildManifest(release, files);
    expect(parseManifest(built.text)).toEqual({
      files,
      configDigest: built.configDigest,
      configSizeBytes: built.config.length,
    });
  });

  it('refuses what is not such a manifest', () => {
    expect(() => parseManifest('')).toThrow(expect.objectContaining({ code: 'FORMAT-INVALID' }));
    expect(() => parseManifest('{"schemaVersion":2}')).toThrow(
      expect.objectContaining({ code: 'FORMAT-INVALID' }),
    );
  });

  it.each([
    ['../../etc/passwd', 'PATH-UNSAFE'],
    ['/etc/passwd', 'PATH-UNSAFE'],
    ['', 'PATH-UNSAFE'],
  ])('refuses a layer at %j', (path, code) => {
    const { text } = buildManifest(release, [file('a.onnx')]);
    const hostile = text.replaceAll('a.onnx', path);
    expect(() => parseManifest(hostile)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses layers that are one file on some file system', () => {
    const { text } = buildManifest(release, [file('a.onnx'), file('b.onnx')]);
    expect(() => parseManifest(text.replaceAll('b.onnx', 'A.onnx'))).toThrow(
      expect.objectContaining({ code: 'PATH-COLLISION' }),
    );
  });
});
