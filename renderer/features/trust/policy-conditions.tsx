import { useState } from 'react';
import type { PolicyDocument } from '#shared/contract/policy.ts';
import { ConditionEffect } from '#shared/contract/policy.ts';
import { RuleEffect } from '#shared/contract/scan.ts';
import { ChoiceInput } from '#renderer/components/choice-input.tsx';
import { Field, TextInput } from '#renderer/components/field.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { readFormats, writeFormats } from './policy-draft.ts';
import styles from './policy.module.css';

export interface PolicyPartProps {
  document: PolicyDocument;
  onChange: (document: PolicyDocument) => void;
}

const severityChoices = [
  { value: 'block', label: 'block' },
  { value: 'review', label: 'review' },
  { value: 'note', label: 'note' },
];
const conditionChoices = [
  { value: 'block', label: 'block' },
  { value: 'review', label: 'review' },
  { value: 'off', label: 'off' },
];
const unsignedChoices = [
  { value: 'block', label: 'block' },
  { value: 'review', label: 'a person accepts it, with a reason' },
];

/** What a finding comes to by its severity, and the conditions that are about no finding. */
export function PolicyConditions({ document, onChange }: PolicyPartProps) {
  const { severities } = document;
  return (
    <section className={styles.section}>
      <SectionHeader title="By severity, where no rule says otherwise" />
      <div className={styles.row}>
        {(['critical', 'high', 'warning', 'info'] as const).map((severity) => (
          <ChoiceInput
            key={severity}
            label={severity}
            choices={severityChoices}
            value={severities[severity]}
            onChange={(value) =>
              onChange({ ...document, severities: { ...severities, [severity]: RuleEffect.parse(value) } })
            }
          />
        ))}
      </div>
      <SectionHeader title="Conditions" />
      <div className={styles.row}>
        <ChoiceInput
          label="Nothing is signed"
          choices={unsignedChoices}
          value={document.unsigned}
          onChange={(value) => onChange({ ...document, unsigned: value === 'block' ? 'block' : 'review' })}
        />
        <ChoiceInput
          label="No outside scanner looked"
          choices={conditionChoices}
          value={document.noOutsideScan}
          onChange={(value) => onChange({ ...document, noOutsideScan: ConditionEffect.parse(value) })}
        />
        <Formats
          key={writeFormats(document.formats)}
          value={writeFormats(document.formats)}
          onChange={(text) => onChange({ ...document, formats: readFormats(text) })}
        />
        <ChoiceInput
          label="A file of another format"
          choices={conditionChoices}
          value={document.otherFormat}
          onChange={(value) => onChange({ ...document, otherFormat: ConditionEffect.parse(value) })}
        />
      </div>
    </section>
  );
}

/** Taken over when the field is left, so that a half-typed name is never tried. */
function Formats({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  return (
    <div className={styles.formats}>
      <Field label="Formats that may come in">
        <TextInput
          value={text}
          placeholder="every format that is identified"
          onChange={(event) => setText(event.currentTarget.value)}
          onBlur={() => text !== value && onChange(text)}
          onKeyDown={(event) => event.key === 'Enter' && text !== value && onChange(text)}
        />
      </Field>
    </div>
  );
}
