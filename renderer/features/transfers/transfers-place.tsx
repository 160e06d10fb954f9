import { useEffect } from 'react';
import { Button } from '#renderer/components/button.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { Tabs } from '#renderer/components/tabs.tsx';
import { usePlaceTarget } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { MediaRegister } from './media-register.tsx';
import { NewSet } from './new-set.tsx';
import { ReceiptList } from './receipt-list.tsx';
import { ReceiptControls } from './receipts.tsx';
import { ReceiveSet } from './receive-set.tsx';
import { SetsUnderWay } from './sets-under-way.tsx';
import { TransferList } from './transfer-list.tsx';
import {
  showList,
  showNewSet,
  showReceive,
  showTab,
  transfersTabs,
  useTransfers,
} from './transfers-store.ts';
import styles from './transfers.module.css';

/** Transfers: sets under way, sent and received, receipts, and the register of media. */
export function TransfersPlace() {
  const view = useTransfers((state) => state.view);
  const target = usePlaceTarget('transfers');
  useEffect(() => {
    if (target['new'] === 'set') showNewSet();
    if (target['new'] === 'receive') showReceive();
    const tab = transfersTabs.find((known) => known === target['tab']);
    if (tab !== undefined) showTab(tab);
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
      <PlaceHeader title="Transfers">
        <ReceiptControls />
        <Button onClick={showReceive}>Receive a set…</Button>
        <Button variant="primary" onClick={showNewSet}>
          New set…
        </Button>
      </PlaceHeader>
      <SetsUnderWay />
      <Tables />
    </>
  );
}

function Tables() {
  const tab = useTransfers((state) => state.tab);
  const transfers = useCall('transfers.list', {}, ['transfers']);
  const count = (direction: 'out' | 'in') =>
    transfers.value?.filter((transfer) => transfer.direction === direction).length;
  const listOf = (direction: 'out' | 'in') => (
    <Loaded query={transfers} label="Reading the transfers">
      {(rows) => <TransferList transfers={rows} direction={direction} />}
    </Loaded>
  );
  return (
    <div className={styles.tables}>
      <Tabs
        label="What is on record"
        value={tab}
        onChange={showTab}
        items={[
          { id: 'sent', label: 'Sent', count: count('out'), content: listOf('out') },
          { id: 'received', label: 'Received', count: count('in'), content: listOf('in') },
          { id: 'receipts', label: 'Receipts', content: <ReceiptList /> },
          { id: 'media', label: 'Media', content: <MediaRegister /> },
        ]}
      />
    </div>
  );
}
