import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanRoot, folderOfLink, releaseFolder, RemoteLayout } from '#engine/deploy/remote-layout.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const code = (code: string) => expect.objectContaining({ code }) as Error;

describe('the layout on a server', () => {
  it('is that of formats.md', () => {
    const layout = new RemoteLayout('/srv/models');
    expect(layout.blobs).toBe('/srv/models/blobs/sha256');
    expect(layout.part('ff')).toBe('/srv/models/incoming/ff.part');
    expect(layout.release('silero-vad', '5.0.0-abababababab')).toBe(
      '/srv/models/releases/silero-vad/5.0.0-abababababab',
    );
    expect(layout.live('silero-vad', 'production')).toBe('/srv/models/live/silero-vad/production');
    expect(releaseFolder('5.0.0', digest)).toBe('5.0.0-abababababab');
  });

  it.each(['../x', 'a/b', '', '.hidden', 'A', 'a b', "a'b", 'a\nb'])(
    'never makes a path of the name %j',
    (name) => {
      const layout = new RemoteLayout('/srv/models');
      expect(() => layout.release(name, 'x')).toThrow();
      expect(() => layout.live('model', name)).toThrow();
    },
  );

  it.each(['../5', '', '5/0', '5 0', '.5'])('never makes a folder of the version %j', (version) => {
    expect(() => releaseFolder(version, digest)).toThrow(code('NAME-INVALID'));
  });

  it('reads back from a link what it wrote into it, and nothing else', () => {
    const layout = new RemoteLayout('/r');
    const folder = releaseFolder('1.2.3-rc.1+build', digest);
    expect(folderOfLink(layout.linkTarget('m', folder), 'm')).toBe(folder);
    expect(folderOfLink(layout.linkTarget('m', folder), 'n')).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(folderOfLink(text, 'm')).toBeNull();
      }),
    );
    expect(folderOfLink('../../releases/m/../../etc', 'm')).toBeNull();
  });
});

describe('cleanRoot', () => {
  it.each([
    ['/srv/models', '/srv/models'],
    ['/srv/models//', '/srv/models'],
    ['/srv/my models', '/srv/my models'],
  ])('takes %s', (given, kept) => expect(cleanRoot(given)).toBe(kept));

  it.each(['/', '//', '/srv/../etc', '/srv/./x', '/srv//x'])('refuses %s', (given) => {
    expect(() => cleanRoot(given)).toThrow(code('NAME-INVALID'));
  });
});
