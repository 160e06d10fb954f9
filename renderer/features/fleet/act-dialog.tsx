import type { ReactNode } from 'react';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import type { Act } from '#renderer/lib/act.ts';
import { endRequest } from './fleet-store.ts';
import styles from './fleet.module.css';

export interface ActDialogProps {
  title: string;
  description: ReactNode;
  /** Names the object and the consequence. */
  actLabel: string;
  danger?: boolean;
  /** Why it cannot be done yet. */
  missing: string | null;
  act: Act;
  onSubmit: () => void;
  children: ReactNode;
}

/** The common frame of what is done on servers: a form, a button that names the consequence, a failure that stays. */
export function ActDialog(props: ActDialogProps) {
  const { title, description, actLabel, danger = false, missing, act, onSubmit, children } = props;
  return (
    <Dialog
      open
      wide
      title={title}
      description={description}
      onClose={endRequest}
      locked={act.busy}
      actions={
        <>
          <Button onClick={endRequest}>Cancel</Button>
          <Button
            variant={danger ? 'danger' : 'primary'}
            busy={act.busy}
            disabledReason={missing}
            onClick={onSubmit}
          >
            {actLabel}
          </Button>
        </>
      }
    >
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (missing === null) onSubmit();
        }}
      >
        {children}
      </form>
      {act.failure ? <InlineFailure failure={act.failure} onRetry={onSubmit} /> : null}
    </Dialog>
  );
}
