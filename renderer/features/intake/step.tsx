import { ChevronRight } from 'lucide-react';
import { useId, useState, type ReactNode } from 'react';
import type { Verdict } from '#shared/contract/evidence.ts';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import styles from './step.module.css';

export interface StepProps {
  name: string;
  verdict: Verdict;
  /** Another word beside the mark than the verdict's own, e.g. `block`. */
  verdictWord?: string | undefined;
  /** The outcome in a few words, beside the name. */
  summary: ReactNode;
  /** What the verdict rests on. */
  restsOn: string;
  /** How long it took, e.g. `0:41`. */
  duration?: string | undefined;
  /** Open at first; otherwise it opens by itself when something is wrong. */
  startOpen?: boolean;
  children?: ReactNode;
}

/** One row of the sequence; it opens to what was found. */
export function Step(props: StepProps) {
  const { name, verdict, verdictWord, summary, restsOn, duration, startOpen = false, children } = props;
  const opensItself = startOpen || verdict === 'failed';
  const [isOpen, setOpen] = useState(opensItself);
  // A bad verdict opens the row when it comes; a better one never closes it under the hands of who made it better.
  const [opened, setOpened] = useState(opensItself);
  if (opensItself !== opened) {
    setOpened(opensItself);
    if (opensItself) setOpen(true);
  }
  const contentId = useId();
  return (
    <section className={styles.step} aria-label={name}>
      <h2 className={styles.heading}>
        <button
          type="button"
          className={styles.row}
          aria-expanded={isOpen}
          aria-controls={contentId}
          onClick={() => setOpen(!isOpen)}
        >
          <ChevronRight size={14} aria-hidden className={styles.chevron} />
          <span className={styles.name}>{name}</span>
          <span className={styles.verdict}>
            <VerdictMark verdict={verdict} label={verdictWord} />
          </span>
          <span className={styles.summary}>{summary}</span>
          <span className={styles.duration}>{duration}</span>
        </button>
      </h2>
      <div id={contentId} className={styles.content} hidden={!isOpen}>
        {isOpen ? (
          <>
            <p className={styles.restsOn}>{restsOn}</p>
            {children}
          </>
        ) : null}
      </div>
    </section>
  );
}

/** The last row: what a person decides. It has no verdict, and is always open. */
export function DecisionStep({ children }: { children: ReactNode }) {
  return (
    <section className={styles.decision} aria-label="Decision">
      <h2 className={styles.heading}>
        <span className={styles.row}>
          <span className={styles.chevron} />
          <span className={styles.name}>Decision</span>
        </span>
      </h2>
      <div className={styles.content}>{children}</div>
    </section>
  );
}
