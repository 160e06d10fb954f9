import styles from './fleet.module.css';

export interface PlanRow {
  readonly server: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What each server would change from and to. */
export function PlanTable({ rows }: { rows: readonly PlanRow[] }) {
  if (rows.length === 0) return null;
  return (
    <table className={styles.plan} aria-label="What would change">
      <thead>
        <tr>
          <th scope="col">Server</th>
          <th scope="col">Live now</th>
          <th scope="col">Then</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ server, from, to }) => (
          <tr key={server}>
            <th scope="row">{server}</th>
            <td>{from ?? 'nothing'}</td>
            <td>{to === null ? 'no earlier healthy release' : to === from ? `${to}, proven again` : to}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
