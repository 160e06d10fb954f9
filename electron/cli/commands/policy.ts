import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type Policy, PolicyDocument, type PolicyPreview, type Waiver } from '#shared/contract/policy.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { optional, parseTime, required } from '../arguments.ts';
import type { Act } from '../command.ts';
import { table } from '../terminal.ts';

/** `policy …` and `waivers …`: what may come in, and what was accepted all the same. */
export function policyCommands(program: Command, act: Act): void {
  const policy = program.command('policy').description('what may come in');

  act(policy.command('show').description('the policy that holds now'), async (invocation) => {
    const current = await invocation.call('policy.get', {});
    return { json: current, text: [heading(current), JSON.stringify(current.document, null, 2)] };
  });

  act(policy.command('history').description('every policy there was, newest first'), async (invocation) => {
    const all = await invocation.call('policy.history', {});
    return { json: all, text: all.map(heading) };
  });

  act(policy.command('rules').description('every rule, and what it does now'), async (invocation) => {
    const rules = await invocation.call('scan.rules', {});
    return { json: rules, text: table(rules.map(({ id, severity, title }) => [id, severity, title])) };
  });

  const set = policy
    .command('set')
    .description('change the policy; the old one stays on record')
    .argument('<file>', 'a policy document as JSON (policy show --json prints one as `document`)')
    .requiredOption('--reason <text>', 'why');
  act(set, async (invocation, [file = ''], options) => {
    const { version } = await invocation.call('policy.get', {});
    const reason = required(options, 'reason', '--reason');
    const document = readDocument(file);
    const changed = await invocation.call('policy.set', { document, reason, basedOn: version });
    return { json: changed, text: [heading(changed)] };
  });

  const preview = policy
    .command('preview')
    .description('what a policy would do to the releases held; changes nothing')
    .argument('[file]', 'a policy document; the present one when left out');
  act(preview, async (invocation, [file]) => {
    const input = file === undefined ? {} : { document: readDocument(file) };
    const result = await invocation.call('policy.preview', input);
    return {
      json: result,
      text: [
        sayPreview(result),
        ...table(
          result.releases.map(({ model, version, now, then }) => [
            `${model}@${version}`,
            `${now ?? 'not scanned'} -> ${then ?? 'not scanned'}`,
          ]),
        ),
        ...table(
          result.rules.map(({ rule, effect, findings, waived, releases }) => [
            `  ${effect}`,
            rule,
            `${findings} in ${formatNoun(releases.length, 'release')}`,
            waived > 0 ? `${waived} waived` : '',
          ]),
        ),
      ],
    };
  });
  waiverCommands(program, act);
}

function waiverCommands(program: Command, act: Act): void {
  const waivers = program
    .command('waivers')
    .description('signed decisions to accept one rule for one digest');

  const add = waivers
    .command('add')
    .description('accept a rule for a digest; signed by the key of --as')
    .argument('<digest>', 'of a file, or of a release’s manifest')
    .argument('<rule>', 'e.g. pickle.global-denied')
    .requiredOption('--reason <text>', 'why')
    .option('--object <text>', 'what it is, for people')
    .option('--until <time>', 'when it ends');
  act(add, async (invocation, [subject = '', rule = ''], options) => {
    const until = optional(options, 'until');
    const waiver = await invocation.call('waivers.add', {
      subject,
      rule,
      object: optional(options, 'object') ?? subject,
      reason: required(options, 'reason', '--reason'),
      ...(until === undefined ? {} : { expiresAt: parseTime(until) }),
    });
    return { json: waiver, text: [describeWaiver(waiver).join('  ')] };
  });

  const list = waivers.command('list').description('newest first').argument('[digest]');
  act(list, async (invocation, [subject]) => {
    const rows = await invocation.call('waivers.list', subject === undefined ? {} : { subject });
    return { json: rows, text: rows.length === 0 ? ['nothing is waived'] : table(rows.map(describeWaiver)) };
  });

  const revoke = waivers
    .command('revoke')
    .description('take a waiver back; it stays on record')
    .argument('<waiver-id>')
    .requiredOption('--reason <text>', 'why');
  act(revoke, async (invocation, [id = ''], options) => {
    const reason = required(options, 'reason', '--reason');
    const waiver = await invocation.call('waivers.revoke', { id, reason });
    return { json: waiver, text: [describeWaiver(waiver).join('  ')] };
  });
}

/** What changes by it comes first; the releases and rules follow. */
function sayPreview({ releases }: PolicyPreview): string {
  if (releases.length === 0) return 'no release is held here';
  const changed = releases.filter(({ now, then }) => now !== then).length;
  return `${changed} of ${formatNoun(releases.length, 'release')} held would be judged otherwise; nothing was changed`;
}

function heading({ id, version, digest, changedAt, changedBy, reason }: Policy): string {
  const change =
    changedAt === null ? 'comes with Sallyport' : `${changedAt} by ${changedBy ?? ''}: ${reason ?? ''}`;
  return toVisibleText(`${id} v${version}  ${digest}  ${change}`);
}

function describeWaiver(waiver: Waiver): string[] {
  const { id, state, rule, object, grantedBy, expiresAt, reason, subject } = waiver;
  const until = expiresAt === null ? 'without end' : `until ${expiresAt}`;
  return [id, state, rule, toVisibleText(object), `by ${grantedBy}`, until, toVisibleText(reason), subject];
}

function readDocument(file: string): PolicyDocument {
  try {
    const parsed = PolicyDocument.safeParse(parseStrictJson(readFileSync(file), { maxBytes: 1_000_000 }));
    if (parsed.success) return parsed.data;
    const items = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
    throw new AppError('FORMAT-INVALID', `${file} is no policy document.`, { path: file, items });
  } catch (error) {
    throw asAppError(error, file);
  }
}
