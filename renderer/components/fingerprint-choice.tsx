import { useEffect, useId, useRef } from 'react';
import { classes } from '#renderer/lib/classes.ts';
import { CheckField } from './field.tsx';
import { Fingerprint } from './digest-text.tsx';
import { PlainText } from './plain-text.tsx';
import styles from './fingerprint-choice.module.css';

/** A key that was found and that nobody has accepted yet. */
export interface FoundKey {
  readonly keyType: string;
  readonly fingerprint: string;
  /** A claim that came with the key. */
  readonly comment?: string;
}

export interface FingerprintChoiceProps {
  label: string;
  keys: readonly FoundKey[];
  /** The chosen fingerprint; empty while none is. */
  value: string;
  onChange: (fingerprint: string) => void;
  /** What the person says by ticking, e.g. that the owner told them this fingerprint. */
  assurance: string;
  assured: boolean;
  onAssure: (assured: boolean) => void;
}

/**
 * Shows what keys were found, in groups of four to compare aloud. Nothing is chosen for the person: one key has to be
 * chosen and the comparison has to be confirmed, and another choice takes the confirmation back.
 */
export function FingerprintChoice(props: FingerprintChoiceProps) {
  const { label, keys, value, onChange, assurance, assured, onAssure } = props;
  const name = useId();
  const group = useRef<HTMLFieldSetElement>(null);
  // The keys are the answer that was waited for, and may be out of sight below a long form.
  useEffect(() => group.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <fieldset ref={group} className={styles.group}>
      <legend>{label}</legend>
      {keys.map((key) => (
        <label
          key={key.fingerprint}
          className={classes(styles.key, key.fingerprint === value && styles.chosen)}
        >
          <input
            type="radio"
            name={name}
            className={styles.radio}
            checked={key.fingerprint === value}
            onChange={() => {
              onAssure(false);
              onChange(key.fingerprint);
            }}
          />
          <span className={styles.text}>
            <span>
              {key.keyType}
              {key.comment === undefined || key.comment === '' ? null : (
                <span className={styles.comment}>
                  {' claims to be '}
                  <PlainText text={key.comment} />
                </span>
              )}
            </span>
            <Fingerprint fingerprint={key.fingerprint} bare />
          </span>
        </label>
      ))}
      <CheckField label={assurance} checked={assured} onChange={onAssure} disabled={value === ''} />
    </fieldset>
  );
}
