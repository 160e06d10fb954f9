import { X } from 'lucide-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { openInspector, useInspector } from '#renderer/lib/inspector.ts';
import { IconButton } from './button.tsx';
import styles from './inspector.module.css';

export interface InspectorProps {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** Details of the selected row, shown in the pane at the right edge. Esc and the cross close it. */
export function Inspector({ title, onClose, children }: InspectorProps) {
  const slot = useInspector((state) => state.slot);
  const titleId = useId();
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => openInspector(() => close.current()), []);
  if (!slot) return null;
  return createPortal(
    <section className={styles.inspector} aria-labelledby={titleId}>
      <header className={styles.header}>
        <h2 id={titleId} className={styles.title}>
          {title}
        </h2>
        <IconButton
          label="Close details"
          title="Close (Esc)"
          icon={<X size={15} aria-hidden />}
          onClick={onClose}
        />
      </header>
      <div className={styles.content}>{children}</div>
    </section>,
    slot,
  );
}
