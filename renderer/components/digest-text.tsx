import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { groupFingerprint, shortenDigest } from '#shared/format/digest.ts';
import { copyText } from '#renderer/lib/clipboard.ts';
import { IconButton } from './button.tsx';
import { PlainText } from './plain-text.tsx';
import styles from './digest-text.module.css';

/** How long "copied" is shown. */
const copiedMs = 1600;

/** A small button that copies a text whole and says for a moment that it has. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), copiedMs);
    return () => window.clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      label={copied ? `Copied ${what}` : `Copy ${what}`}
      icon={copied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      onClick={(event) => {
        event.stopPropagation();
        void copyText(text).then(setCopied);
      }}
    />
  );
}

/** A name that is worth copying whole, such as a set's id, in monospace. */
export function CopyableText({ text, what }: { text: string; what: string }) {
  return (
    <span className={styles.line}>
      <code className={styles.full}>
        <PlainText mono text={text} />
      </code>
      <CopyButton text={text} what={what} />
    </span>
  );
}

export interface DigestTextProps {
  digest: string;
  /** Shown whole, for places where it is compared. */
  full?: boolean;
  /** Leave out the copy button, e.g. in dense tables whose inspector has it. */
  bare?: boolean;
}

/** A digest in monospace, shortened in the middle, whole on hover and on the clipboard. */
export function DigestText({ digest, full = false, bare = false }: DigestTextProps) {
  return (
    <span className={styles.line}>
      <code className={full ? styles.full : styles.short} title={digest}>
        <PlainText mono text={full ? digest : shortenDigest(digest)} />
      </code>
      {bare ? null : <CopyButton text={digest} what="digest" />}
    </span>
  );
}

/** A key's fingerprint in groups of four, so that two people can compare it aloud. */
export function Fingerprint({ fingerprint, bare = false }: { fingerprint: string; bare?: boolean }) {
  const { kind, groups } = groupFingerprint(fingerprint);
  return (
    <span className={styles.line}>
      <code className={styles.fingerprint} title={fingerprint}>
        {kind === '' ? null : <span className={styles.kind}>{kind}</span>}
        {groups.map((group, index) => (
          <span key={index} className={styles.group}>
            <PlainText mono text={group} />
          </span>
        ))}
      </code>
      {bare ? null : <CopyButton text={fingerprint} what="fingerprint" />}
    </span>
  );
}
