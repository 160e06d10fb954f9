import { useCallback, useState } from 'react';
import type { Failure } from '#shared/contract/errors.ts';
import { toFailure } from './bridge.ts';

/** Something a person does: whether it is under way, and how it failed the last time. */
export interface Act {
  readonly busy: boolean;
  readonly failure: Failure | null;
  /** Does the work; true when it went well. What it throws becomes `failure`. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
  readonly clear: () => void;
}

/** State of one act of a form or button; a second run while one is under way is ignored. */
export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const run = useCallback(
    async (work: () => Promise<unknown>) => {
      if (busy) return false;
      setBusy(true);
      setFailure(null);
      try {
        await work();
        return true;
      } catch (error) {
        setFailure(toFailure(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [busy],
  );
  const clear = useCallback(() => setFailure(null), []);
  return { busy, failure, run, clear };
}
