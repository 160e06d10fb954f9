import { CircleCheck, CircleDashed, OctagonX, TriangleAlert } from 'lucide-react';
import type { Verdict } from '#shared/contract/evidence.ts';
import { classes } from '#renderer/lib/classes.ts';
import styles from './verdict.module.css';

/** A ring with a check, a triangle, an octagon, a dashed ring: told apart without any colour. */
const icons = {
  verified: CircleCheck,
  warning: TriangleAlert,
  failed: OctagonX,
  'not-checked': CircleDashed,
} as const satisfies Record<Verdict, unknown>;

const classOf: Record<Verdict, string | undefined> = {
  verified: styles.verified,
  warning: styles.warning,
  failed: styles.failed,
  'not-checked': styles.notChecked,
};

export interface VerdictMarkProps {
  verdict: Verdict;
  /** Other words than the verdict's own, e.g. `signed by …`; the shape and colour stay. */
  label?: string | undefined;
  /** Only where the word stands right beside it: the shape alone, the word for screen readers and on hover. */
  iconOnly?: boolean;
}

/** A verdict as shape, word and colour. */
export function VerdictMark({ verdict, label, iconOnly = false }: VerdictMarkProps) {
  const Icon = icons[verdict];
  const words = label ?? verdict;
  if (iconOnly) {
    return (
      <span className={classes(styles.mark, classOf[verdict])} role="img" aria-label={words} title={words}>
        <Icon size={15} strokeWidth={2} aria-hidden />
      </span>
    );
  }
  return (
    <span className={classes(styles.mark, classOf[verdict])}>
      <Icon size={15} strokeWidth={2} aria-hidden />
      <span className={styles.word}>{words}</span>
    </span>
  );
}
