import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandLine, quoteArgument } from '#engine/deploy/shell-quote.ts';

const printAll = 'for word; do printf "%s\\0" "$word"; done';

/** What a real shell makes of a command line, as sshd hands it to the login shell. */
function throughShell(shell: string, args: readonly string[]): string[] {
  const output = execFileSync(shell, ['-c', commandLine(printAll, args)], { encoding: 'utf8' });
  return output.split('\0').slice(0, -1);
}

const anyText = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '').toWellFormed());
const shells = ['/bin/sh', '/bin/bash'];

describe('quoteArgument', () => {
  it.each([
    ['', "''"],
    ['plain', "'plain'"],
    ["it's", "'it'\\''s'"],
    ['$(rm -rf /)', "'$(rm -rf /)'"],
  ])('writes %j as %j', (text, quoted) => {
    expect(quoteArgument(text)).toBe(quoted);
  });

  it('refuses NUL, which would cut the argument off', () => {
    expect(() => quoteArgument('a\0b')).toThrow(expect.objectContaining({ code: 'NAME-INVALID' }));
  });

  it.each(shells)('brings every text through a real %s unharmed', (shell) => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 30 }), (args) => {
        expect(throughShell(shell, args)).toEqual(args);
      }),
      { numRuns: 40 },
    );
  });

  it('brings what shells and programs are fooled with through unharmed', () => {
    const nasty = [
      `'; touch /tmp/owned; '`,
      '`id`',
      '$HOME ${IFS}',
      '\\',
      "\\'",
      '-rf',
      '--',
      '*',
      '~',
      '!!',
      'a\nb\n',
      '\t \r',
      '"',
      '&|;<>()',
      '%s%n',
      '\u202e',
      '#',
    ];
    expect(throughShell('/bin/sh', nasty)).toEqual(nasty);
  });
});
