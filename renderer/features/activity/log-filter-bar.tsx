import { useEffect, useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { Button } from '#renderer/components/button.tsx';
import { ChoiceInput } from '#renderer/components/choice-input.tsx';
import { Field, TextInput } from '#renderer/components/field.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { noFilter, setFilter, useActivity } from './activity-store.ts';
import { knownActs } from './audit-sentence.ts';
import styles from './activity.module.css';

/** How long typing has to rest before the log is searched. */
const REST_MS = 250;

/** What to look for: text, person, act, day. All of them together. */
export function LogFilterBar() {
  const filter = useActivity((state) => state.filter);
  const people = usePeople();
  const seenActs = useActivity(
    useShallow((state) => [...new Set(state.entries.map((entry) => entry.body.act))]),
  );
  const acts = [...new Set([...knownActs, ...seenActs, ...present(filter.act)])].sort();
  const isFiltered = Object.values(filter).some((wish: string) => wish !== '');
  return (
    <>
      <div className={styles.search}>
        <SearchText key={isFiltered ? 'filtered' : 'clear'} />
      </div>
      <div className={styles.filter}>
        <ChoiceInput
          label="Person"
          hideLabel
          choices={[
            { value: '', label: 'Everybody' },
            ...people.map((name) => ({ value: name, label: name })),
          ]}
          value={filter.who}
          onChange={(who) => setFilter({ who })}
        />
      </div>
      <div className={styles.filter}>
        <ChoiceInput
          label="Act"
          hideLabel
          choices={[{ value: '', label: 'Every act' }, ...acts.map((act) => ({ value: act, label: act }))]}
          value={filter.act}
          onChange={(act) => setFilter({ act })}
        />
      </div>
      <div className={styles.filter}>
        <Field label="Day" hideLabel>
          <TextInput
            type="date"
            title="Day, local time"
            value={filter.day}
            onChange={(event) => setFilter({ day: event.currentTarget.value })}
          />
        </Field>
      </div>
      {isFiltered ? (
        <Button variant="quiet" onClick={() => setFilter(noFilter)}>
          Clear
        </Button>
      ) : null}
    </>
  );
}

function SearchText() {
  const asked = useActivity((state) => state.filter.text);
  const [text, setText] = useState(asked);
  useEffect(() => {
    if (text === useActivity.getState().filter.text) return;
    const timer = window.setTimeout(() => setFilter({ text }), REST_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return (
    <Field label="Search the log" hideLabel>
      <TextInput
        type="search"
        placeholder="Name, digest, reason"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </Field>
  );
}

const present = (value: string) => (value === '' ? [] : [value]);

/** People who have a key, and those seen in what is loaded. */
function usePeople(): string[] {
  const keys = useCall('keys.list', {}, ['people']);
  const filtered = useActivity((state) => state.filter.who);
  const seen = useActivity(useShallow((state) => [...new Set(state.entries.map((entry) => entry.body.who))]));
  const names = (keys.value ?? []).map((key) => key.name);
  return [...new Set([...names, ...seen, ...present(filtered)])].sort();
}
