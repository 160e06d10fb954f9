import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useState, type ReactNode, type RefObject } from 'react';
import { classes } from '#renderer/lib/classes.ts';
import { IconButton } from './button.tsx';
import styles from './dialog.module.css';

export interface DialogProps {
  open: boolean;
  title: string;
  /** One sentence under the title. */
  description?: ReactNode;
  onClose: () => void;
  children: ReactNode;
  /** Buttons at the end, the harmless one first. */
  actions?: ReactNode;
  wide?: boolean;
  initialFocus?: RefObject<HTMLElement | null>;
  /** While true neither Esc nor the close button do anything: work is under way that must be answered. */
  locked?: boolean;
}

/** A floating dialog. Esc and the close button leave without doing anything; a press outside does not close it. */
export function Dialog(props: DialogProps) {
  const { open, title, description, onClose, children, actions, wide = false, initialFocus, locked } = props;
  const opener = useOpener(open);
  return (
    <BaseDialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next && !locked) onClose();
      }}
      disablePointerDismissal
    >
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={styles.backdrop} />
        <BaseDialog.Popup
          className={classes(styles.popup, wide && styles.wide)}
          {...(initialFocus ? { initialFocus } : {})}
          finalFocus={() => (opener?.isConnected ? opener : true)}
        >
          <header className={styles.header}>
            <BaseDialog.Title className={styles.title}>{title}</BaseDialog.Title>
            <BaseDialog.Close render={<IconButton label="Close" icon={<X size={15} aria-hidden />} />} />
          </header>
          {description === undefined ? null : (
            <BaseDialog.Description className={styles.description} render={<div />}>
              {description}
            </BaseDialog.Description>
          )}
          <div className={styles.content}>{children}</div>
          {actions === undefined ? null : <footer className={styles.actions}>{actions}</footer>}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/**
 * What had the focus when the dialog opened. Noted while rendering: a field with autoFocus takes the focus before any
 * effect of the dialog could look.
 */
function useOpener(open: boolean): HTMLElement | null {
  const [noted, setNoted] = useState<{ open: boolean; opener: HTMLElement | null }>({
    open: false,
    opener: null,
  });
  if (open === noted.open) return noted.opener;
  const focused = document.activeElement;
  const opener = open && focused instanceof HTMLElement && focused !== document.body ? focused : null;
  setNoted({ open, opener: open ? opener : noted.opener });
  return opener;
}
