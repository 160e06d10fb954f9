import { useState } from 'react';
import type { Location } from '#shared/contract/basics.ts';
import type { AnchorCandidate } from '#shared/contract/trust.ts';
import { Button } from '#renderer/components/button.tsx';
import { FingerprintChoice } from '#renderer/components/fingerprint-choice.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { type Act, useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import styles from './trust.module.css';

/** A key file under way to become an anchor, or to confirm one: chosen, then one of its keys compared by a person. */
export interface KeyFile {
  readonly found: { readonly source: Location; readonly candidates: readonly AnchorCandidate[] } | null;
  /** Of the chosen key; empty while none is. */
  readonly fingerprint: string;
  readonly chosen: AnchorCandidate | undefined;
  readonly assured: boolean;
  readonly reading: Act;
  readonly choose: () => Promise<unknown>;
  readonly pick: (fingerprint: string) => void;
  readonly assure: (assured: boolean) => void;
}

/** Nothing is chosen for the person; another file takes the comparison back. */
export function useKeyFile(): KeyFile {
  const reading = useAct();
  const [found, setFound] = useState<KeyFile['found']>(null);
  const [fingerprint, pick] = useState('');
  const [assured, assure] = useState(false);
  const choose = () =>
    reading.run(async () => {
      const source = await call('dialog.chooseFile', { title: 'Choose a public key' });
      if (source === null) return;
      setFound(null);
      pick('');
      assure(false);
      setFound({ source, candidates: await call('anchors.inspect', { source: source.handle }) });
    });
  const chosen = found?.candidates.find((candidate) => candidate.fingerprint === fingerprint);
  return { found, fingerprint, chosen, assured, reading, choose, pick, assure };
}

/** What is still to be done before the key counts as compared, as a sentence; null when nothing is. */
export function keyFileRefusal({ found, fingerprint, assured }: KeyFile): string | null {
  if (found === null) return 'Choose the key file first.';
  if (fingerprint === '') return 'Choose the key with the fingerprint that the owner told you.';
  return assured ? null : 'Confirm that you compared the fingerprint.';
}

/** The button that chooses the file, and the keys in it. */
export function KeyFileChoice({ file }: { file: KeyFile }) {
  const { found, reading } = file;
  return (
    <>
      <div className={styles.line}>
        <Button busy={reading.busy} onClick={() => void file.choose()}>
          {found === null ? 'Choose the key file…' : 'Choose another file…'}
        </Button>
        {found === null ? (
          <span className={styles.quiet}>
            OpenSSH lines, allowed_signers, minisign, signify, PEM, OpenPGP or a trusted root.
          </span>
        ) : (
          <PlainText mono text={found.source.label} />
        )}
      </div>
      {reading.failure ? (
        <InlineFailure failure={reading.failure} onRetry={() => void file.choose()} />
      ) : null}
      {found === null ? null : found.candidates.length === 0 ? (
        <p>There is no public key in this file.</p>
      ) : (
        <FingerprintChoice
          label="Keys in the file"
          keys={found.candidates}
          value={file.fingerprint}
          onChange={file.pick}
          assurance="I compared this fingerprint, whole, with what the owner of the key told me."
          assured={file.assured}
          onAssure={file.assure}
        />
      )}
    </>
  );
}
