import { Checkbox } from '@base-ui/react/checkbox';
import { Field as BaseField } from '@base-ui/react/field';
import { Check } from 'lucide-react';
import { useId, type ComponentProps, type ReactNode } from 'react';
import { Controller, type Control, type FieldPath, type FieldValues } from 'react-hook-form';
import { classes } from '#renderer/lib/classes.ts';
import styles from './field.module.css';

export interface FieldProps {
  label: string;
  /** What to know before filling it in. */
  hint?: ReactNode;
  error?: string | undefined;
  /** The label is for screen readers only, because what stands around it says the same. */
  hideLabel?: boolean;
  children: ReactNode;
}

/** A labelled control with its hint and its error. */
export function Field({ label, hint, error, hideLabel = false, children }: FieldProps) {
  return (
    <BaseField.Root className={styles.field} invalid={error !== undefined}>
      <BaseField.Label className={classes(styles.label, hideLabel && styles.hidden)}>{label}</BaseField.Label>
      {children}
      {hint === undefined ? null : (
        <BaseField.Description className={styles.hint}>{hint}</BaseField.Description>
      )}
      {/* The text comes from the form's schema, not from the browser's own validation. */}
      <BaseField.Error className={styles.error} match={error !== undefined}>
        {error}
      </BaseField.Error>
    </BaseField.Root>
  );
}

type InputProps = Omit<ComponentProps<'input'>, 'className' | 'style' | 'defaultValue' | 'ref'>;

/** A line of text inside a {@link Field}. */
export function TextInput({ mono = false, ...rest }: InputProps & { mono?: boolean }) {
  return (
    <BaseField.Control
      autoComplete="off"
      spellCheck={false}
      {...rest}
      className={classes(styles.input, mono && styles.mono)}
    />
  );
}

interface FormFieldProps<Values extends FieldValues> {
  control: Control<Values>;
  name: FieldPath<Values>;
  label: string;
  hint?: ReactNode;
  hideLabel?: boolean;
}

export interface TextFieldProps<Values extends FieldValues> extends FormFieldProps<Values> {
  type?: 'text' | 'password' | 'number' | 'datetime-local';
  placeholder?: string;
  mono?: boolean;
  autoFocus?: boolean;
  /** Suggestions; anything else can be typed too. */
  suggestions?: readonly string[];
  autoComplete?: string;
}

/** A text field bound to a form; its error is the schema's. */
export function TextField<Values extends FieldValues>(props: TextFieldProps<Values>) {
  const { control, name, label, hint, hideLabel = false, suggestions, mono = false, ...rest } = props;
  const listId = useId();
  return (
    <Controller
      control={control}
      name={name}
      render={({ field: { disabled: _disabled, ...field }, fieldState }) => (
        <Field label={label} hint={hint} hideLabel={hideLabel} error={fieldState.error?.message}>
          <BaseField.Control
            autoComplete="off"
            spellCheck={false}
            {...rest}
            {...field}
            value={String(field.value ?? '')}
            list={suggestions ? listId : undefined}
            className={classes(styles.input, mono && styles.mono)}
          />
          {suggestions ? (
            <datalist id={listId}>
              {suggestions.map((suggestion) => (
                <option key={suggestion} value={suggestion} />
              ))}
            </datalist>
          ) : null}
        </Field>
      )}
    />
  );
}

export interface TextAreaFieldProps<Values extends FieldValues> extends FormFieldProps<Values> {
  rows?: number;
  autoFocus?: boolean;
  placeholder?: string;
}

/** Several lines of text bound to a form; used for reasons. */
export function TextAreaField<Values extends FieldValues>(props: TextAreaFieldProps<Values>) {
  const { control, name, label, hint, hideLabel = false, rows = 3, autoFocus, placeholder } = props;
  return (
    <Controller
      control={control}
      name={name}
      render={({ field: { disabled: _disabled, ...field }, fieldState }) => (
        <Field label={label} hint={hint} hideLabel={hideLabel} error={fieldState.error?.message}>
          <BaseField.Control
            {...field}
            value={String(field.value ?? '')}
            className={classes(styles.input, styles.area)}
            render={(controlProps) => (
              <textarea
                {...(controlProps as ComponentProps<'textarea'>)}
                rows={rows}
                // A dialog that asks for a reason is there for this one field.
                autoFocus={autoFocus}
                placeholder={placeholder}
              />
            )}
          />
        </Field>
      )}
    />
  );
}

export interface Choice {
  value: string;
  label: string;
}

export interface SelectFieldProps<Values extends FieldValues> extends FormFieldProps<Values> {
  choices: readonly Choice[];
}

/** One of a few, bound to a form; the platform's own list, which every keyboard and screen reader knows. */
export function SelectField<Values extends FieldValues>(props: SelectFieldProps<Values>) {
  const { control, name, label, hint, hideLabel = false, choices } = props;
  return (
    <Controller
      control={control}
      name={name}
      render={({ field: { disabled: _disabled, ...field }, fieldState }) => (
        <Field label={label} hint={hint} hideLabel={hideLabel} error={fieldState.error?.message}>
          <BaseField.Control
            {...field}
            value={String(field.value ?? '')}
            className={classes(styles.input, styles.select)}
            render={(controlProps) => (
              <select {...(controlProps as ComponentProps<'select'>)}>
                {choices.map((choice) => (
                  <option key={choice.value} value={choice.value}>
                    {choice.label}
                  </option>
                ))}
              </select>
            )}
          />
        </Field>
      )}
    />
  );
}

export interface CheckFieldProps {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

/** A box to tick, with its words. */
export function CheckField({ label, checked, onChange, disabled = false }: CheckFieldProps) {
  return (
    <label className={styles.check}>
      <Checkbox.Root
        className={styles.box}
        checked={checked}
        disabled={disabled}
        onCheckedChange={(next) => onChange(next)}
      >
        <Checkbox.Indicator>
          <Check size={12} strokeWidth={3} aria-hidden />
        </Checkbox.Indicator>
      </Checkbox.Root>
      <span>{label}</span>
    </label>
  );
}
