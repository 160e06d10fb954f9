import { describe, expect, it } from 'vitest';
import { guessRelease, isVersion } from '#renderer/features/intake/guess-release.ts';

describe('the name that a folder proposes', () => {
  it.each([
    ['/media/a/silero-vad-5.0.0', 'silero-vad', '5.0.0'],
    ['C:\\models\\Silero VAD v6.0.0', 'silero-vad', '6.0.0'],
    ['demo_model@1.2.0-rc.1', 'demo_model', '1.2.0-rc.1'],
    ['/media/a/whisper-small/', 'whisper-small', ''],
    ['model-01.2.3', 'model', ''],
    ['***', '', ''],
    ['', '', ''],
  ])('%j is %j %j', (label, model, version) => {
    expect(guessRelease(label)).toEqual({ model, version });
  });

  it('takes versions as the registry does', () => {
    expect(isVersion('5.1.0-rc.1+build.7')).toBe(true);
    for (const text of ['v5.0.0', '5.0', '01.2.3', ' 5.0.0', '']) expect(isVersion(text)).toBe(false);
  });
});
