import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elapsedBetweenClocks } from '#engine/deploy/hash-on-server.ts';
import { parseKeyscanLine } from '#engine/deploy/host-keys.ts';
import { explainSshFailure } from '#engine/deploy/ssh-failure.ts';
import { literalPath } from '#engine/deploy/ssh-options.ts';
import type { SshTarget } from '#engine/deploy/ssh-target.ts';
import { parseSurvey } from '#engine/deploy/survey.ts';
import { visibleText } from '#engine/deploy/visible-text.ts';

const target: SshTarget = {
  name: 'gpu-01',
  host: '192.0.2.1',
  port: 22,
  user: 'deploy',
  root: '/srv/models',
  identityFile: null,
  hostKey: { keyType: 'ed25519', fingerprint: 'SHA256:x' },
  hostKeyLine: 'ssh-ed25519 AAAA',
};

describe('what a server prints', () => {
  it('is read from df whatever the file system is called', () => {
    const free = (row: string) => parseSurvey([`df ${row}`]).freeBytes;
    expect(free('/dev/vda1 1000 400 600 40% /srv')).toBe(600 * 1024);
    expect(free('//nas/my share 1000 400 600 40% /mnt/my share 12 3 4 5%')).toBe(600 * 1024);
    expect(free('overlay 1000 1100 0 100% /')).toBe(0);
    expect(free('df: cannot read')).toBeNull();
  });

  it('never breaks the survey', () => {
    fc.assert(fc.property(fc.array(fc.string()), (lines) => void parseSurvey(lines)));
    const survey = parseSurvey(['live a/b ../../releases/a/x', 'live ../../etc x', 'live a/b', 'lock x y']);
    expect(survey.live).toEqual([{ model: 'a', channel: 'b', target: '../../releases/a/x' }]);
    expect(survey.lock).toBeNull();
    expect(survey.notWritable).not.toBeNull();
  });

  it('is timed by the server’s own clock', () => {
    expect(elapsedBetweenClocks(['clock 100.25', 'hash 0 x', 'clock 101.75'])).toBe(1500);
    expect(elapsedBetweenClocks([])).toBe(0);
    expect(elapsedBetweenClocks(['clock 5', 'clock 3'])).toBe(0);
  });

  it('is shown without what cannot be seen, and cut', () => {
    expect(visibleText('red \u001b[31m\u202eevil\r\n')).not.toMatch(/[\u001b\u202e\r]/u);
    expect(visibleText('x'.repeat(5000), 100)).toMatch(/^\(4900 characters left out\) …x{100}$/);
  });
});

describe('host keys', () => {
  it('are read from ssh-keyscan with the fingerprint that ssh-keygen prints', () => {
    // RFC-style sample: the blob is arbitrary, its SHA-256 is not.
    const key = parseKeyscanLine(
      '[127.0.0.1]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    );
    expect(key?.keyType).toBe('ed25519');
    expect(key?.fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    expect(parseKeyscanLine('# host SSH-2.0-OpenSSH')).toBeNull();
    expect(parseKeyscanLine('host ssh-ed25519')).toBeNull();
  });
});

describe('ssh’s own failures', () => {
  it.each([
    ['connecting', 'ssh: connect to host 192.0.2.1 port 22: Connection refused', 'SERVER-UNREACHABLE'],
    ['connecting', 'ssh: connect to host 192.0.2.1 port 22: Connection timed out', 'SERVER-UNREACHABLE'],
    ['connecting', 'ssh: Could not resolve hostname gpu: Name or service not known', 'SERVER-UNREACHABLE'],
    ['connecting', 'deploy@192.0.2.1: Permission denied (publickey).', 'SERVER-AUTH-FAILED'],
    ['connecting', 'Host key verification failed.', 'HOST-KEY-CHANGED'],
    [
      'connecting',
      'No ED25519 host key is known for gpu-01 and you have requested strict checking.',
      'HOST-KEY-CHANGED',
    ],
    ['connected', 'client_loop: send disconnect: Broken pipe', 'CONNECTION-LOST'],
    ['connected', '', 'CONNECTION-LOST'],
  ] as const)('%s: %s is %s', (stage, stderr, code) => {
    const error = explainSshFailure(target, stage, stderr);
    expect(error.code).toBe(code);
    expect(error.message).toContain('gpu-01');
    expect(error.details.state).toBeTruthy();
    expect(error.details.next).toBeTruthy();
  });

  it('hands ssh paths that it does not expand', () => {
    expect(literalPath('/home/a b/100%/key')).toBe('/home/a b/100%%/key');
    expect(() => literalPath('/home/${USER}/key')).toThrow();
  });
});
