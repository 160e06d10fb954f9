import { Field as BaseField } from '@base-ui/react/field';
import type { ComponentProps } from 'react';
import { classes } from '#renderer/lib/classes.ts';
import { Field, type Choice } from './field.tsx';
import styles from './field.module.css';

export interface ChoiceInputProps {
  label: string;
  hideLabel?: boolean;
  choices: readonly Choice[];
  value: string;
  onChange: (value: string) => void;
}

/** One of a few outside any form: filters and view settings, which act at once. */
export function ChoiceInput({ label, hideLabel = false, choices, value, onChange }: ChoiceInputProps) {
  return (
    <Field label={label} hideLabel={hideLabel}>
      <BaseField.Control
        value={value}
        className={classes(styles.input, styles.select)}
        render={(controlProps) => (
          <select
            {...(controlProps as ComponentProps<'select'>)}
            onChange={(event) => onChange(event.currentTarget.value)}
          >
            {choices.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </select>
        )}
      />
    </Field>
  );
}
