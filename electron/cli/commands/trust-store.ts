import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { TrustPolicy } from '#shared/contract/trust-policy.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { required } from '../arguments.ts';
import type { Act } from '../command.ts';
import { describeCheck } from '../report.ts';
import { revocationCommands } from './revocations.ts';
import { describePack, packCommands } from './trust-packs.ts';

/** `trust …`: how old the trust data is, the policy, packs by media, and what no longer counts. */
export function trustStoreCommands(program: Command, act: Act): void {
  const trust = program.command('trust').description('trust data: its age, packs, revocations, the policy');
  statusCommand(trust, act);
  policyCommands(trust, act);
  packCommands(trust, act);
  revocationCommands(trust, act);
}

function statusCommand(trust: Command, act: Act): void {
  act(trust.command('status').description('how old and how sure the trust data is'), async (invocation) => {
    const status = await invocation.call('trust.status', {});
    const { pack, clock } = status;
    return {
      json: status,
      text: [
        pack === null ? 'no trust pack was accepted' : describePack(pack),
        ...(clock.floor === null ? [] : [`now is not before ${clock.floor} (${clock.floorSource ?? ''})`]),
        ...status.checks.flatMap(describeCheck),
      ],
    };
  });
}

function policyCommands(trust: Command, act: Act): void {
  const policy = trust.command('policy').description('how many have to vouch, and how old trust data may be');

  act(policy.command('show').description('the policy in force, as JSON'), async (invocation) => {
    const inForce = await invocation.call('trust.policy.get', {});
    return { json: inForce, text: [JSON.stringify(inForce.policy, null, 2)] };
  });

  const set = policy
    .command('set')
    .description('put another policy in force')
    .argument('<file>', 'JSON as policy show prints it')
    .requiredOption('--reason <text>', 'why');
  act(set, async (invocation, [file = ''], options) => {
    const inForce = await invocation.call('trust.policy.set', {
      policy: await readPolicy(file),
      reason: required(options, 'reason', '--reason'),
    });
    return { json: inForce, text: [`the policy is in force since ${inForce.setAt ?? ''}`] };
  });
}

async function readPolicy(file: string): Promise<TrustPolicy> {
  try {
    const parsed = TrustPolicy.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (parsed.success) return parsed.data;
    const items = parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`);
    throw new AppError('USAGE', `${file} is not a policy of trust: ${items[0] ?? ''}.`, { items });
  } catch (error) {
    if (error instanceof SyntaxError) throw new AppError('USAGE', `${file} is not JSON: ${error.message}.`);
    throw asAppError(error, file);
  }
}
