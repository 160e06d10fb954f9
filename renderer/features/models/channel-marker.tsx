import { Flag } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { requestPin } from './models-store.ts';
import styles from './channel-marker.module.css';

/** What a dragged marker carries; rows accept nothing else. */
export const channelDragType = 'application/x-sallyport-channel';

export interface ChannelMarkerProps {
  model: string;
  channel: string;
  version: string;
  /** The versions above and below in the list, for the arrow keys; null at an end. */
  above: string | null;
  below: string | null;
}

/**
 * A channel at the version it points to. Dragging it to another row, or the arrow keys, propose a move; nothing moves
 * before the dialog has a reason.
 */
export function ChannelMarker({ model, channel, version, above, below }: ChannelMarkerProps) {
  function propose(event: KeyboardEvent) {
    const target = event.key === 'ArrowUp' ? above : event.key === 'ArrowDown' ? below : null;
    if (target === null) return;
    event.preventDefault();
    requestPin({ model, channel, version: target });
  }
  return (
    <button
      type="button"
      className={styles.marker}
      draggable
      title={`${channel} points at ${version}. Drag it to another version, or press Enter.`}
      aria-label={`Move ${channel}, which points at ${version}`}
      aria-keyshortcuts="ArrowUp ArrowDown"
      onClick={() => requestPin({ model, channel, version: null })}
      onKeyDown={propose}
      onDragStart={(event) => {
        event.dataTransfer.setData(channelDragType, channel);
        event.dataTransfer.effectAllowed = 'move';
      }}
    >
      <Flag size={12} aria-hidden />
      {channel}
    </button>
  );
}
