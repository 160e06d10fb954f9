import type { ReactNode } from 'react';
import { openPalette } from '#renderer/lib/palette.ts';
import styles from './place-header.module.css';

export interface PlaceHeaderProps {
  title: ReactNode;
  /** A short line beside the title, such as how many there are. */
  note?: ReactNode;
  /** Buttons of the place, at the end. */
  children?: ReactNode;
}

/** The line at the top of a place: its name, a note, its acts. */
export function PlaceHeader({ title, note, children }: PlaceHeaderProps) {
  return (
    <header className={styles.header}>
      <h1 className={styles.title}>{title}</h1>
      {note === undefined ? null : <p className={styles.note}>{note}</p>}
      <div className={styles.acts}>
        {children}
        <button type="button" className={styles.goTo} onClick={openPalette} aria-keyshortcuts="Control+K">
          <span>Go to…</span>
          <kbd>Ctrl K</kbd>
        </button>
      </div>
    </header>
  );
}

/** A heading with a rule inside a place or the inspector, with its acts at the end. */
export function SectionHeader({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <header className={styles.section}>
      <h2 className={styles.sectionTitle}>{title}</h2>
      {children}
    </header>
  );
}
