import path from 'node:path';
import type { CallOutput, ParsedInput } from '#shared/contract/calls.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { cosignPack, digestOfPack, openPack, signPack } from '#engine/trust/pack/open-pack.ts';
import {
  MAX_PACK_BYTES,
  type PackRoots,
  parseRoots,
  sameRoots,
  type TrustPack,
} from '#engine/trust/pack/trust-pack.ts';
import { ed25519KeyOf } from '#engine/trust/anchor.ts';
import { opensshLine, parseOpensshLine } from '#engine/trust/openssh-key.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { readAnchors, readSmallFile } from './anchor-files.ts';
import { trustDataOf } from './pack-anchors.ts';
import { currentPack, summarizePack } from './pack-plan.ts';
import { newFileIn } from '../new-file.ts';

/** Packs of this site's own trust data, made and signed by one root holder after the other. */
export function makePackCalls(context: EngineContext): CallHandlers<'trust.pack.create' | 'trust.pack.sign'> {
  return {
    'trust.pack.create': async (input) => {
      const signer = context.session.signer();
      const content = await makePack(context, input);
      refuseStranger(context, content, signer.fingerprint);
      const bytes = signPack(content, signer);
      const name = `sallyport-trust-pack-${content.authority}-${content.number}.dsse.json`;
      const file = await newFileIn(context.locations.resolve(input.target), name);
      await writeFileDurably(file, bytes, { mode: 0o644 });
      context.govern(
        {
          act: 'pack.create',
          object: nameOf(content),
          subjects: [{ name: nameOf(content), digest: digestOfPack(content) }],
          details: { file: path.basename(file), anchors: String(content.anchors.length) },
        },
        () => {},
      );
      context.changed('audit');
      return describeSigned(context, file, bytes);
    },

    'trust.pack.sign': async ({ source }) => {
      const signer = context.session.signer();
      const file = context.locations.resolve(source);
      const opened = openPack(await readSmallFile(file, MAX_PACK_BYTES), rootsInForce(context));
      const { content, problem } = opened;
      if (content === null) throw new AppError('FORMAT-INVALID', problem ?? '', { path: file });
      refuseStranger(context, content, signer.fingerprint);
      const bytes = cosignPack(await readSmallFile(file, MAX_PACK_BYTES), signer);
      await writeFileDurably(file, bytes, { mode: 0o644 });
      context.govern(
        {
          act: 'pack.sign',
          object: nameOf(content),
          subjects: [{ name: nameOf(content), digest: digestOfPack(content) }],
        },
        () => {},
      );
      context.changed('audit');
      return describeSigned(context, file, bytes);
    },
  };
}

function describeSigned(
  context: EngineContext,
  file: string,
  bytes: Uint8Array,
): CallOutput<'trust.pack.sign'> {
  const { content, signatures } = openPack(bytes, rootsInForce(context));
  if (content === null) throw new AppError('INTERNAL', 'A pack that was just signed cannot be read.');
  const signedBy = signatures.flatMap(({ root, holds }) => (holds && root !== null ? [root.name] : []));
  const location = context.locations.issue(file);
  return {
    file: path.basename(file),
    location,
    pack: summarizePack(content),
    signedBy: [...new Set(signedBy)],
  };
}

async function makePack(context: EngineContext, input: ParsedInput<'trust.pack.create'>): Promise<TrustPack> {
  const { registry, clock } = context;
  const current = currentPack(registry);
  const roots = await chooseRoots(context, input);
  if (parseRoots(roots) === null || roots.threshold > roots.keys.length) {
    throw new AppError(
      'USAGE',
      `There are ${roots.keys.length} root keys; ${roots.threshold} have to sign.`,
      {
        next: 'Name as many different Ed25519 keys as have to sign, or more.',
      },
    );
  }
  return {
    authority: current?.authority ?? context.site(),
    number: Math.max(0, ...registry.trustPacks.list().map(({ number }) => number)) + 1,
    createdAt: timestamp(clock),
    maxAgeDays: input.maxAgeDays,
    roots,
    ...trustDataOf(registry, context.floor.now()),
  };
}

async function chooseRoots(
  context: EngineContext,
  { roots }: ParsedInput<'trust.pack.create'>,
): Promise<PackRoots> {
  if (roots === undefined) {
    const current = rootsInForce(context);
    if (current !== null) return current;
    throw new AppError('USAGE', 'The first trust pack has to say who its root holders are.', {
      expected: 'the public key file of each (--root), and how many have to sign (--threshold)',
    });
  }
  const keys = [...(await rootsInFiles(context, roots.keys)), ...(await rootsHere(context, roots.people))];
  return { threshold: roots.threshold, keys };
}

async function rootsInFiles({ locations }: EngineContext, handles: readonly string[]) {
  const keys: PackRoots['keys'] = [];
  for (const handle of handles) {
    const file = locations.resolve(handle);
    for (const found of await readAnchors(file)) {
      const key = ed25519KeyOf(found);
      if (key === null) {
        throw new AppError('KEY-UNREADABLE', `${path.basename(file)} holds a key that is not Ed25519.`, {
          path: file,
          next: 'Root holders sign with keys that Sallyport made (keys export), or other Ed25519 keys.',
        });
      }
      keys.push({ name: rootName(found.comment, file), publicKey: opensshLine(key, '') });
    }
  }
  return keys;
}

async function rootsHere({ keys }: EngineContext, people: readonly string[]): Promise<PackRoots['keys']> {
  const known = await keys.list();
  return people.map((name) => {
    const line = known.find((key) => key.name === name)?.publicKeyLine;
    const key = line === undefined ? null : (parseOpensshLine(line)?.ed25519 ?? null);
    if (key === null) throw new AppError('NOT-FOUND', `There is no key of ${name}.`);
    return { name, publicKey: opensshLine(key, '') };
  });
}

function rootName(comment: string, file: string): string {
  return (comment === '' ? path.basename(file, '.pub') : comment).slice(0, 96);
}

function rootsInForce({ registry }: EngineContext): PackRoots | null {
  return currentPack(registry)?.roots ?? null;
}

/** Only who is a root, here or in the pack, has anything to sign. */
function refuseStranger(context: EngineContext, { roots }: TrustPack, fingerprint: string): void {
  const current = rootsInForce(context);
  const all = [...(parseRoots(roots) ?? []), ...(current === null ? [] : (parseRoots(current) ?? []))];
  if (all.some((root) => root.fingerprint === fingerprint)) return;
  const change = current === null || sameRoots(current, roots) ? '' : ' nor in the new roots';
  throw new AppError('PACK-UNAUTHORISED', `The unlocked key is not among the roots${change}.`, {
    expected: all.map(({ name, fingerprint: known }) => `${name} ${known}`).join(', '),
    found: fingerprint,
    state: 'Nothing was signed.',
    next: 'Unlock the key of a root holder (--as NAME).',
  });
}

function nameOf({ authority, number }: TrustPack): string {
  return `trust pack ${number} of ${authority}`;
}
