import { useState } from 'react';
import type { Location } from '#shared/contract/basics.ts';
import type { EvidenceSubject } from '#shared/contract/policy.ts';
import type { ReleaseSignature } from '#shared/contract/signing.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { useCall } from '#renderer/lib/query.ts';
import { useSession } from '#renderer/lib/session.ts';
import { Button } from './button.tsx';
import { ChoiceInput } from './choice-input.tsx';
import { DataTable } from './data-table.tsx';
import { Dialog } from './dialog.tsx';
import { EvidenceView } from './evidence-view.tsx';
import { Field, TextInput } from './field.tsx';
import { InlineFailure } from './inline-failure.tsx';
import { Loaded } from './loaded.tsx';
import { SectionHeader } from './place-header.tsx';
import { PlainText } from './plain-text.tsx';
import { type Column, compareBy } from './table-columns.ts';
import { TimeText } from './time-text.tsx';
import { VerdictMark } from './verdict.tsx';
import styles from './release-signatures.module.css';

const formatWords: Record<ReleaseSignature['format'], string> = {
  dsse: 'DSSE statement',
  sshsig: 'SSH signature',
  oms: 'OMS bundle',
};

const columns: readonly Column<ReleaseSignature>[] = [
  {
    id: 'verdict',
    header: 'Verdict',
    width: '112px',
    cell: ({ report }) => <VerdictMark verdict={report.verdict} />,
  },
  {
    id: 'format',
    header: 'Format',
    width: '128px',
    compare: compareBy((row) => row.format),
    cell: ({ format }) => formatWords[format],
  },
  {
    id: 'signer',
    header: 'Signer',
    cell: ({ report: { signer } }) => (
      <PlainText text={signer?.anchor?.owner ?? signer?.fingerprint ?? 'nobody known'} />
    ),
  },
  {
    id: 'from',
    header: 'From',
    width: '128px',
    keepFrom: 'middle',
    cell: ({ transferSet }) => (transferSet === null ? 'made here' : `set ${transferSet.slice(0, 8)}`),
  },
  {
    id: 'at',
    header: 'Kept since',
    width: '152px',
    keepFrom: 'middle',
    compare: compareBy((row) => row.addedAt),
    cell: ({ addedAt }) => <TimeText at={addedAt} />,
  },
];

export interface ReleaseSignaturesProps {
  of: EvidenceSubject;
  /** `model@version`, where it can be signed here; left out for what is no release yet. */
  signable?: { readonly model: string; readonly version: string };
}

/** The signatures that are kept with a release, each verified by the trust data of now. */
export function ReleaseSignatures({ of, signable }: ReleaseSignaturesProps) {
  const query = useCall('signatures.list', { of }, ['releases', 'imports', 'anchors', 'trust']);
  const [opened, setOpened] = useState<string | null>(null);
  const [isSigning, setSigning] = useState(false);
  const shown = query.value?.find(({ digest }) => digest === opened);
  if (signable === undefined && (query.value ?? []).length === 0 && query.failure === null) return null;
  return (
    <section aria-label="Signatures kept with the release">
      <SectionHeader title="Signatures kept with the release">
        {signable === undefined ? null : <Button onClick={() => setSigning(true)}>Sign the release…</Button>}
      </SectionHeader>
      <Loaded query={query} label="Verifying the signatures">
        {(rows) =>
          rows.length === 0 ? (
            <p className={styles.quiet}>
              Nobody signed it here yet. Its signatures travel with it in transfer sets.
            </p>
          ) : (
            <DataTable
              label="Signatures kept with the release"
              columns={columns}
              rows={rows}
              rowId={({ digest }) => digest}
              selectedId={opened ?? undefined}
              onSelect={({ digest }) => setOpened(digest)}
            />
          )
        }
      </Loaded>
      {shown === undefined ? null : (
        <Dialog
          open
          wide
          title={`${formatWords[shown.format]}, ${formatBytes(shown.sizeBytes)}`}
          onClose={() => setOpened(null)}
          actions={<Button onClick={() => setOpened(null)}>Close</Button>}
        >
          <EvidenceView report={shown.report} />
        </Dialog>
      )}
      {isSigning && signable ? <SignDialog release={signable} onClose={() => setSigning(false)} /> : null}
    </section>
  );
}

interface SignDialogProps {
  release: { readonly model: string; readonly version: string };
  onClose: () => void;
}

/** Signs with the unlocked key, or with a key file where the format asks for one. */
function SignDialog({ release, onClose }: SignDialogProps) {
  const act = useAct();
  const person = useSession().value?.person ?? null;
  const [format, setFormat] = useState<ReleaseSignature['format']>('dsse');
  const [file, setFile] = useState<Location | null>(null);
  const [passphrase, setPassphrase] = useState('');
  const needsFile = format === 'oms';
  const choose = () =>
    act.run(async () => {
      const chosen = await call('dialog.chooseFile', { title: 'Choose the private key' });
      if (chosen !== null) setFile(chosen);
    });
  const sign = async () => {
    const given = passphrase === '' ? {} : { passphrase };
    const key =
      needsFile && file !== null
        ? { kind: 'file' as const, source: file.handle, ...given }
        : { kind: 'person' as const };
    const what = { kind: 'release' as const, release };
    if (await act.run(() => call('sign.create', { what, key, format }))) onClose();
  };
  const name = `${release.model} ${release.version}`;
  return (
    <Dialog
      open
      title={`Sign ${name}`}
      description="The signature is kept with the release and travels with it. It says that the signer stands for exactly these bytes."
      onClose={onClose}
      locked={act.busy}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            busy={act.busy}
            disabledReason={needsFile && file === null ? 'Choose the key file first.' : null}
            onClick={() => void sign()}
          >
            {needsFile ? `Sign ${name} with this key` : `Sign ${name} as ${person?.name ?? '…'}`}
          </Button>
        </>
      }
    >
      <ChoiceInput
        label="Format"
        value={format}
        onChange={(value) => setFormat(value === 'oms' || value === 'sshsig' ? value : 'dsse')}
        choices={[
          { value: 'dsse', label: 'DSSE statement, with the unlocked key' },
          { value: 'sshsig', label: 'SSH signature, with the unlocked key' },
          { value: 'oms', label: 'OMS bundle, with an ECDSA key from a file' },
        ]}
      />
      {needsFile ? (
        <>
          <div className={styles.line}>
            <Button busy={act.busy} onClick={() => void choose()}>
              {file === null ? 'Choose the key file…' : 'Choose another file…'}
            </Button>
            {file === null ? null : <PlainText mono text={file.label} />}
          </div>
          <Field label="Passphrase of the key (if it has one)">
            <TextInput
              type="password"
              value={passphrase}
              onChange={(event) => setPassphrase(event.currentTarget.value)}
            />
          </Field>
        </>
      ) : null}
      {act.failure ? <InlineFailure failure={act.failure} onRetry={() => void sign()} /> : null}
    </Dialog>
  );
}
