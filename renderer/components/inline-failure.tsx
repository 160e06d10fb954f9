import { OctagonX } from 'lucide-react';
import { errorTable, type Failure } from '#shared/contract/errors.ts';
import { requestUnlock } from '#renderer/lib/session.ts';
import { Button } from './button.tsx';
import { CopyButton } from './digest-text.tsx';
import { PlainText } from './plain-text.tsx';
import styles from './inline-failure.module.css';

/** The whole failure as text, for the clipboard: what a person hands on when asking for help. */
export function failureAsText({ code, message, details }: Failure): string {
  const { expected, found, path, state, next, items = [] } = details;
  const lines = [
    `${code}: ${message}`,
    path && `path: ${path}`,
    expected && `expected: ${expected}`,
    found && `found: ${found}`,
    ...items,
    state,
    next,
  ];
  return lines.filter(Boolean).join('\n');
}

export interface InlineFailureProps {
  failure: Failure;
  /** Offers to do it again. */
  onRetry?: (() => void) | undefined;
  /** What the retry button says. */
  retryLabel?: string;
}

/** A failure where the thing would have been: what happened, the state of the data, what to do next, and the code. */
export function InlineFailure({ failure, onRetry, retryLabel = 'Try again' }: InlineFailureProps) {
  const { code, message, details } = failure;
  const items = details.items ?? [];
  return (
    <div className={styles.block} role="alert">
      <OctagonX size={16} aria-hidden className={styles.icon} />
      <div className={styles.body}>
        <p className={styles.what}>
          <PlainText text={message === '' ? errorTable[code].sentence : message} />
        </p>
        {details.path === undefined ? null : (
          <p>
            <PlainText mono text={details.path} />
          </p>
        )}
        {details.expected === undefined && details.found === undefined ? null : (
          <dl className={styles.sides}>
            <dt>expected</dt>
            <dd>
              <PlainText mono text={details.expected ?? '–'} />
            </dd>
            <dt>found</dt>
            <dd>
              <PlainText mono text={details.found ?? '–'} />
            </dd>
          </dl>
        )}
        {items.length === 0 ? null : (
          <ul className={styles.items}>
            {items.map((item) => (
              <li key={item}>
                <PlainText text={item} />
              </li>
            ))}
          </ul>
        )}
        {details.state === undefined ? null : (
          <p>
            <PlainText text={details.state} />
          </p>
        )}
        {details.next === undefined ? null : (
          <p>
            <PlainText text={details.next} />
          </p>
        )}
        <p className={styles.code}>
          <code>{code}</code>
          <CopyButton text={failureAsText(failure)} what="failure" />
        </p>
        <div className={styles.acts}>
          {code === 'KEY-LOCKED' ? (
            <Button variant="primary" onClick={() => requestUnlock(onRetry ?? null)}>
              Unlock a key…
            </Button>
          ) : null}
          {onRetry ? <Button onClick={onRetry}>{retryLabel}</Button> : null}
        </div>
      </div>
    </div>
  );
}
