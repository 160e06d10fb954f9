import { Button as BaseButton } from '@base-ui/react/button';
import type { ComponentProps, ReactNode } from 'react';
import { classes } from '#renderer/lib/classes.ts';
import styles from './button.module.css';

export type ButtonVariant = 'plain' | 'primary' | 'danger' | 'quiet';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled' | 'className' | 'style'> {
  variant?: ButtonVariant;
  /** Under way: it cannot be pressed again, and says so to a screen reader. */
  busy?: boolean;
  /** Why it cannot be pressed now, as a sentence. The button stays reachable, so that the reason can be read. */
  disabledReason?: string | null | undefined;
  icon?: ReactNode;
}

/** A button: a verb, and for dangerous acts the object and the consequence too. */
export function Button({
  variant = 'plain',
  busy = false,
  disabledReason,
  icon,
  children,
  type = 'button',
  ...rest
}: ButtonProps) {
  const reason = disabledReason ?? undefined;
  return (
    <BaseButton
      {...rest}
      type={type}
      disabled={busy || reason !== undefined}
      focusableWhenDisabled
      className={classes(styles.button, styles[variant])}
      aria-busy={busy || undefined}
      aria-description={reason ?? rest['aria-description']}
      title={reason ?? rest.title}
    >
      {icon}
      <span className={styles.label}>{children}</span>
    </BaseButton>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'className' | 'style'> {
  /** What it does; read aloud and shown on hover. */
  label: string;
  icon: ReactNode;
}

/** A button that is only a mark, for small repeated acts such as Copy and Close. */
export function IconButton({ label, icon, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button {...rest} type={type} className={styles.icon} aria-label={label} title={rest.title ?? label}>
      {icon}
    </button>
  );
}

/** A button that reads as a word in a sentence, to open what it names. */
export function LinkButton({
  children,
  type = 'button',
  ...rest
}: Omit<ComponentProps<'button'>, 'className' | 'style'>) {
  return (
    <button {...rest} type={type} className={styles.link}>
      {children}
    </button>
  );
}
