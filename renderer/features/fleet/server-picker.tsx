import type { Server } from '#shared/contract/fleet.ts';
import { LinkButton } from '#renderer/components/button.tsx';
import { CheckField } from '#renderer/components/field.tsx';
import { groupServers } from './fleet-matrix.ts';
import { chooseOnly, setChosen } from './fleet-store.ts';
import styles from './fleet.module.css';

export interface ServerPickerProps {
  servers: readonly Server[];
  chosen: readonly string[];
}

/** The servers an act is for, by group. */
export function ServerPicker({ servers, chosen }: ServerPickerProps) {
  const groups = groupServers(servers);
  const all = servers.map((server) => server.name).sort();
  return (
    <fieldset className={styles.picker}>
      <legend>Servers</legend>
      <p className={styles.line}>
        <LinkButton onClick={() => chooseOnly(all)}>All {all.length}</LinkButton>
        {groups
          .filter(({ group }) => group !== '')
          .map(({ group, servers: members }) => (
            <LinkButton key={group} onClick={() => chooseOnly(members.map((server) => server.name))}>
              {group}
            </LinkButton>
          ))}
        <LinkButton onClick={() => chooseOnly([])}>None</LinkButton>
      </p>
      <div className={styles.choices}>
        {groups.flatMap(({ servers: members }) =>
          members.map(({ name }) => (
            <CheckField
              key={name}
              label={name}
              checked={chosen.includes(name)}
              onChange={(isChosen) => setChosen(name, isChosen)}
            />
          )),
        )}
      </div>
    </fieldset>
  );
}
