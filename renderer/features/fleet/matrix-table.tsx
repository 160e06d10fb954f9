import { Fragment } from 'react';
import type { DeploymentStatus, Server } from '#shared/contract/fleet.ts';
import type { Channel } from '#shared/contract/releases.ts';
import { LinkButton } from '#renderer/components/button.tsx';
import { CheckField } from '#renderer/components/field.tsx';
import { AgeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { classes } from '#renderer/lib/classes.ts';
import { type Cell, cellOf, groupServers, placeKey, placesOf, statusAt } from './fleet-matrix.ts';
import { chooseOnly, openServer, setChosen, useFleet } from './fleet-store.ts';
import styles from './matrix-table.module.css';

export interface MatrixTableProps {
  servers: readonly Server[];
  statuses: readonly DeploymentStatus[];
  channels: readonly Channel[];
}

/** Servers as rows, channels as columns; a cell says what runs, how long ago that was proven, and whether the pin agrees. */
export function MatrixTable({ servers, statuses, channels }: MatrixTableProps) {
  const chosen = useFleet((state) => state.chosen);
  const opened = useFleet((state) => state.opened);
  const places = placesOf(channels, statuses);
  const isEveryChosen = servers.every((server) => chosen.includes(server.name));
  return (
    <table className={styles.table} aria-label="What runs where">
      <thead>
        <tr>
          <th scope="col" className={styles.corner}>
            <CheckField
              label="Server"
              checked={isEveryChosen}
              onChange={(all) => chooseOnly(all ? servers.map((server) => server.name).sort() : [])}
            />
          </th>
          {places.map((place) => (
            <th key={placeKey(place)} scope="col">
              <span className={styles.model} title={place.model}>
                {place.model}
              </span>
              <span className={styles.channel}>{place.channel}</span>
            </th>
          ))}
          <th scope="col">Last contact</th>
        </tr>
      </thead>
      <tbody>
        {groupServers(servers).map(({ group, servers: members }) => (
          <Fragment key={group}>
            {group === '' ? null : (
              <tr className={styles.group}>
                <th scope="rowgroup" colSpan={places.length + 2}>
                  {group}
                </th>
              </tr>
            )}
            {members.map(({ name, lastContactAt }) => (
              <tr key={name} className={classes(name === opened && styles.opened)}>
                <th scope="row" className={styles.server}>
                  <CheckField
                    label={<span className={styles.hidden}>Choose {name}</span>}
                    checked={chosen.includes(name)}
                    onChange={(isChosen) => setChosen(name, isChosen)}
                  />
                  <LinkButton onClick={() => openServer(name)}>{name}</LinkButton>
                </th>
                {places.map((place) => (
                  <td key={placeKey(place)}>
                    <CellView cell={cellOf(statusAt(statuses, name, place))} />
                  </td>
                ))}
                <td className={styles.quiet}>
                  {lastContactAt === null ? 'never' : <AgeText at={lastContactAt} suffix=" ago" />}
                </td>
              </tr>
            ))}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

function CellView({ cell }: { cell: Cell }) {
  if (cell.kind === 'none') {
    return (
      <span className={styles.quiet}>
        <span aria-hidden>–</span>
        <span className={styles.hidden}>nothing was ever live</span>
      </span>
    );
  }
  const version = cell.live?.version ?? 'nothing live';
  return (
    <span className={styles.cell}>
      {cell.kind === 'as-pinned' ? (
        <span title="Runs what the pin says">
          <VerdictMark verdict={cell.provenAt === null ? 'not-checked' : 'verified'} label={version} />
        </span>
      ) : (
        <VerdictMark verdict={cell.kind === 'revoked' ? 'failed' : 'warning'} label={version} />
      )}
      <span className={styles.note}>
        {cell.kind === 'revoked' ? <span className={styles.off}>revoked</span> : null}
        {cell.kind === 'off-pin' ? (
          <span className={styles.off}>
            {cell.pinned === null ? 'nothing is pinned' : `pin says ${cell.pinned.version}`}
          </span>
        ) : null}
        <span>
          {cell.provenAt === null ? (
            'never proven'
          ) : (
            <>
              proven <AgeText at={cell.provenAt} suffix=" ago" />
            </>
          )}
        </span>
      </span>
    </span>
  );
}
