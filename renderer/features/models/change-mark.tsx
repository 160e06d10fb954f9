import type { TensorChangeKind } from '#shared/contract/comparison.ts';
import type { Verdict } from '#shared/contract/evidence.ts';
import { VerdictMark } from '#renderer/components/verdict.tsx';

/** Not good or bad, only equal or not: a change is what a person has to look at. */
const marks: Record<TensorChangeKind, Verdict> = {
  identical: 'verified',
  changed: 'warning',
  retyped: 'warning',
  moved: 'warning',
  added: 'warning',
  removed: 'warning',
};

/** How a file or tensor differs between two releases. */
export function ChangeMark({ change }: { change: TensorChangeKind }) {
  return <VerdictMark verdict={marks[change]} label={change} />;
}
