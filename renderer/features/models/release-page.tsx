import { useState } from 'react';
import type { ReleaseDetail } from '#shared/contract/releases.ts';
import { Attachments } from '#renderer/components/attachments.tsx';
import { Button } from '#renderer/components/button.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { ReleaseSignatures } from '#renderer/components/release-signatures.tsx';
import { describeEvidence } from '#shared/format/evidence-words.ts';
import { describeScan, verdictOfScan } from '#renderer/components/finding-groups.ts';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { HeldScan } from '#renderer/components/scan-view.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { Tabs } from '#renderer/components/tabs.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { goTo } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { Claims } from './claims.tsx';
import { Crumbs } from './crumbs.tsx';
import { requestLifecycle, requestPin } from './models-store.ts';
import { ReleaseEvidence } from './release-evidence.tsx';
import { ReleaseFiles } from './release-files.tsx';
import { ReleaseHistory } from './release-history.tsx';
import { ReleasePlaces } from './release-places.tsx';
import { ReleaseState } from './release-state.tsx';
import { ReleaseTensors } from './release-tensors.tsx';
import styles from './models.module.css';

/** One release: its identity, its evidence in words, what it is made of, where it runs, what happened to it. */
export function ReleasePage({ model, version }: { model: string; version: string }) {
  const release = useCall('releases.get', { model, version }, [
    'releases',
    'channels',
    'deployments',
    'policy',
    'waivers',
  ]);
  return (
    <>
      <PlaceHeader title={<Crumbs model={model} here={version} />}>
        {release.value === undefined ? null : <Acts release={release.value} />}
      </PlaceHeader>
      <Loaded query={release} label="Reading the release">
        {(detail) => <Content release={detail} />}
      </Loaded>
    </>
  );
}

function Acts({ release }: { release: ReleaseDetail }) {
  const { model, version, state } = release;
  const revoked = state === 'revoked' ? 'The release is revoked.' : null;
  return (
    <>
      <Button
        variant="quiet"
        disabledReason={state === 'published' ? null : `The release is ${state} already.`}
        onClick={() => requestLifecycle({ model, version, state: 'deprecated' })}
      >
        Deprecate…
      </Button>
      <Button
        variant="danger"
        disabledReason={revoked}
        onClick={() => requestLifecycle({ model, version, state: 'revoked' })}
      >
        Revoke…
      </Button>
      <Button disabledReason={revoked} onClick={() => goTo('fleet', { act: 'push', model, version })}>
        Push…
      </Button>
      <Button
        variant="primary"
        disabledReason={revoked}
        onClick={() => requestPin({ model, channel: null, version })}
      >
        Pin…
      </Button>
    </>
  );
}

type TabId = 'evidence' | 'scan' | 'files' | 'tensors' | 'places' | 'history';

function Content({ release }: { release: ReleaseDetail }) {
  const [tab, setTab] = useState<TabId>('evidence');
  const { scan, model, version } = release;
  const evidence = release.verifiedAgain?.evidence ?? release.evidence;
  return (
    <>
      <div className={styles.facts}>
        <strong>
          {release.model}@{release.version}
        </strong>
        <DigestText digest={release.manifestDigest} />
        <ReleaseState state={release.state} />
        <span className={styles.quiet}>
          <SizeText sizeBytes={release.sizeBytes} />, {formatNoun(release.fileCount, 'file')}
        </span>
        <VerdictMark verdict={evidence.verdict} label={describeEvidence(evidence)} />
        <VerdictMark
          verdict={verdictOfScan(scan?.verdict ?? null)}
          label={
            scan === null ? 'not scanned by this version' : `scan: ${scan.verdict}, ${describeScan(scan)}`
          }
        />
      </div>
      <div className={styles.tabs}>
        <Tabs<TabId>
          label={`${release.model} ${release.version}`}
          value={tab}
          onChange={setTab}
          items={[
            {
              id: 'evidence',
              label: 'Evidence',
              content: (
                <div className={styles.panel}>
                  <ReleaseEvidence release={release} />
                  <ReleaseSignatures of={{ release: { model, version } }} signable={{ model, version }} />
                  <Claims claims={release.claims} />
                </div>
              ),
            },
            {
              id: 'scan',
              label: 'Scan',
              count: scan === null ? undefined : scan.counts.block + scan.counts.review,
              content: (
                <div className={styles.panel}>
                  <HeldScan
                    of={{ release: { model, version } }}
                    name={`${model}@${version}`}
                    manifestDigest={release.manifestDigest}
                  />
                  <Attachments of={{ release: { model, version } }} name={`${model}@${version}`} />
                </div>
              ),
            },
            {
              id: 'files',
              label: 'Files',
              count: release.files.length,
              content: <ReleaseFiles files={release.files} />,
            },
            { id: 'tensors', label: 'Tensors', content: <ReleaseTensors release={{ model, version }} /> },
            { id: 'places', label: 'Where it runs', content: <ReleasePlaces release={release} /> },
            { id: 'history', label: 'History', content: <ReleaseHistory release={release} /> },
          ]}
        />
      </div>
    </>
  );
}
