import { formatBytes, formatBytesExactly } from '#shared/format/bytes.ts';
import styles from './time-text.module.css';

/** A size in decimal units, with every byte counted on hover. */
export function SizeText({ sizeBytes }: { sizeBytes: number }) {
  return (
    <span className={styles.time} title={formatBytesExactly(sizeBytes)}>
      {formatBytes(sizeBytes)}
    </span>
  );
}
