import { z } from 'zod';
import type { Digest } from '#shared/contract/basics.ts';
import { Tensor } from '#shared/contract/scan.ts';
import type { EngineContext } from '../../context.ts';

const Observed = z.object({ tensors: z.array(Tensor) });

/** Keeps what a copy's pass measured of a file's tensors; nothing when it holds none. */
export function keepObservedTensors({ registry }: EngineContext, digest: Digest, observed: unknown): void {
  const parsed = Observed.safeParse(observed);
  if (!parsed.success || parsed.data.tensors.length === 0) return;
  registry.transaction(() => registry.tensors.save(digest, parsed.data.tensors));
}
