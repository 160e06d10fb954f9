import { describe, expect, it } from 'vitest';
import { compareVersions, findVersionProblem } from '#engine/core/semver.ts';

describe('versions', () => {
  it.each(['5.0.0', '0.0.1', '1.2.3-rc.1', '1.2.3+cu12', '1.2.3-rc.1+build.7'])('takes %s', (version) =>
    expect(findVersionProblem(version)).toBeNull(),
  );

  it.each([
    '',
    '5',
    '5.0',
    'v5.0.0',
    ' 5.0.0',
    '5.0.0 ',
    '01.0.0',
    '5.0.0-',
    '1.2.3.4',
    'latest',
    '../1.0.0',
  ])('refuses %j', (version) => expect(findVersionProblem(version)).not.toBeNull());

  it('orders by precedence', () => {
    const versions = ['1.0.0', '1.0.0-rc.1', '0.9.10', '0.9.9'];
    expect(versions.sort(compareVersions)).toEqual(['0.9.9', '0.9.10', '1.0.0-rc.1', '1.0.0']);
  });
});
