import { Info, OctagonX, Signature, TriangleAlert } from 'lucide-react';
import { classes } from '#renderer/lib/classes.ts';
import type { Effect } from './finding-groups.ts';
import styles from './verdict.module.css';

const icons = { block: OctagonX, review: TriangleAlert, waived: Signature, note: Info } as const;

const classOf: Record<Effect, string | undefined> = {
  block: styles.failed,
  review: styles.warning,
  waived: styles.notChecked,
  note: styles.notChecked,
};

/** What a finding comes to, as shape, word and colour. */
export function EffectMark({ effect }: { effect: Effect }) {
  const Icon = icons[effect];
  return (
    <span className={classes(styles.mark, classOf[effect])}>
      <Icon size={15} strokeWidth={2} aria-hidden />
      <span className={styles.word}>{effect}</span>
    </span>
  );
}
