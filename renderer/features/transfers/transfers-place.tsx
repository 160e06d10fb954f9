import { useEffect } from 'react';
import { formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { usePlaceTarget } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { NewSet } from './new-set.tsx';
import { ReceiptControls } from './receipts.tsx';
import { ReceiveSet } from './receive-set.tsx';
import { TransferList } from './transfer-list.tsx';
import { showList, showNewSet, showReceive, useTransfers } from './transfers-store.ts';
import styles from './transfers.module.css';

/** Transfers: sets that left or arrived, writing one, receiving one, receipts. */
export function TransfersPlace() {
  const view = useTransfers((state) => state.view);
  const target = usePlaceTarget('transfers');
  const count = useCall('transfers.list', {}, ['transfers']).value?.length;
  useEffect(() => {
    if (target['new'] === 'set') showNewSet();
    if (target['new'] === 'receive') showReceive();
  }, [target]);
  if (view !== 'list') {
    return (
      <>
        <PlaceHeader title={view === 'new' ? 'New transfer set' : 'Receive a transfer set'}>
          <Button onClick={showList}>Back to Transfers</Button>
        </PlaceHeader>
        <div className={styles.flow}>{view === 'new' ? <NewSet /> : <ReceiveSet />}</div>
      </>
    );
  }
  return (
    <>
      <PlaceHeader title="Transfers" note={count === undefined ? undefined : formatNoun(count, 'set')}>
        <ReceiptControls />
        <Button onClick={showReceive}>Receive a set…</Button>
        <Button variant="primary" onClick={showNewSet}>
          New set…
        </Button>
      </PlaceHeader>
      <TransferList />
    </>
  );
}
