import { useEffect } from 'react';
import { Button } from '#renderer/components/button.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { usePlaceTarget } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { requestNewKey } from '#renderer/lib/session.ts';
import { AddAnchorDialog } from './add-anchor-dialog.tsx';
import { AnchorActDialog } from './anchor-act-dialog.tsx';
import { AnchorInspector } from './anchor-inspector.tsx';
import { AnchorTable } from './anchor-table.tsx';
import { PeopleTable } from './people-table.tsx';
import { ask, openAnchor, useTrust } from './trust-store.ts';
import styles from './trust.module.css';

/** Trust: whose signatures count for which models, and the keys of this site's people. */
export function TrustPlace() {
  const anchors = useCall('anchors.list', {}, ['anchors']);
  const keys = useCall('keys.list', {}, ['people']);
  const target = usePlaceTarget('trust').anchor;
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
      <div className={styles.scroll}>
        <AnchorTable query={anchors} />
        <PeopleTable query={keys} />
      </div>
      {opened === undefined ? null : (
        <AnchorInspector key={opened.id} anchor={opened} onClose={() => openAnchor(null)} />
      )}
      {request?.kind === 'add-anchor' ? <AddAnchorDialog /> : null}
      <AnchorActDialog anchors={anchors.value ?? []} />
    </div>
  );
}
