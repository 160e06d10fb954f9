import { useEffect } from 'react';
import type { Anchor } from '#shared/contract/trust.ts';
import { Button } from '#renderer/components/button.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { Tabs } from '#renderer/components/tabs.tsx';
import { goTo, usePlaceTarget } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { requestNewKey } from '#renderer/lib/session.ts';
import { AddAnchorDialog } from './add-anchor-dialog.tsx';
import { AnchorActDialog } from './anchor-act-dialog.tsx';
import { AnchorHistory } from './anchor-history.tsx';
import { AnchorInspector } from './anchor-inspector.tsx';
import { AnchorTable } from './anchor-table.tsx';
import { LimitAnchorDialog } from './limit-anchor-dialog.tsx';
import { PacksPage } from './packs-page.tsx';
import { PeopleTable } from './people-table.tsx';
import { PolicyPage } from './policy-page.tsx';
import { RefreshAnchorDialog } from './refresh-anchor-dialog.tsx';
import { RevocationsPage } from './revocations-page.tsx';
import { ask, openAnchor, useTrust } from './trust-store.ts';
import { WaiversPage } from './waivers-page.tsx';
import styles from './trust.module.css';

const tabs = ['signers', 'packs', 'revocations', 'policy', 'waivers'] as const;
type TabId = (typeof tabs)[number];

/** Trust: whose signatures count for which models, this site's people, what the scan lets in, what was waived. */
export function TrustPlace() {
  const anchors = useCall('anchors.list', {}, ['anchors']);
  const keys = useCall('keys.list', {}, ['people']);
  const { anchor: target, tab } = usePlaceTarget('trust');
  const request = useTrust((state) => state.request);
  const id = useTrust((state) => state.opened);
  const opened = anchors.value?.find((anchor) => anchor.id === id);
  useEffect(() => {
    if (target !== undefined) openAnchor(target);
  }, [target]);
  return (
    <div className={styles.place}>
      <PlaceHeader title="Trust">
        <Button onClick={requestNewKey}>Create a key…</Button>
        <Button variant="primary" onClick={() => ask({ kind: 'add-anchor' })}>
          Add an anchor…
        </Button>
      </PlaceHeader>
      <div className={styles.tabs}>
        <Tabs<TabId>
          label="Trust"
          value={tabs.find((id) => id === tab) ?? 'signers'}
          onChange={(id) => goTo('trust', { tab: id })}
          items={[
            {
              id: 'signers',
              label: 'Anchors and people',
              content: (
                <>
                  <AnchorTable query={anchors} />
                  <AnchorHistory />
                  <PeopleTable query={keys} />
                </>
              ),
            },
            { id: 'packs', label: 'Packs', content: <PacksPage /> },
            { id: 'revocations', label: 'Revocations', content: <RevocationsPage /> },
            { id: 'policy', label: 'Scan policy', content: <PolicyPage /> },
            { id: 'waivers', label: 'Waivers', content: <WaiversPage /> },
          ]}
        />
      </div>
      {opened === undefined ? null : (
        <AnchorInspector key={opened.id} anchor={opened} onClose={() => openAnchor(null)} />
      )}
      {request?.kind === 'add-anchor' ? <AddAnchorDialog /> : null}
      <OneAnchorDialog anchors={anchors.value ?? []} />
    </div>
  );
}

/** The dialog of whatever is asked about one anchor. */
function OneAnchorDialog({ anchors }: { anchors: readonly Anchor[] }) {
  const request = useTrust((state) => state.request);
  const id = request !== null && 'id' in request ? request.id : null;
  const anchor = anchors.find((each) => each.id === id);
  if (anchor === undefined) return null;
  switch (request?.kind) {
    case 'limit-anchor':
      return <LimitAnchorDialog key={id} anchor={anchor} />;
    case 'refresh-anchor':
      return <RefreshAnchorDialog key={id} anchor={anchor} />;
    case 'revoke-anchor':
    case 'remove-anchor':
      return <AnchorActDialog anchor={anchor} act={request.kind} />;
    default:
      return null;
  }
}
