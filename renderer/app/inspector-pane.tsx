import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { setInspectorSlot, useInspector } from '#renderer/lib/inspector.ts';
import { inspectorWidths, setInspectorWidth, usePreferences } from '#renderer/lib/preferences.ts';
import styles from './inspector-pane.module.css';

/** How far one arrow key moves the edge, in CSS pixels. */
const step = 16;

/** The pane at the right edge. It is there while a feature has details to show; its width is remembered. */
export function InspectorPane() {
  const isOpen = useInspector((state) => state.close !== null);
  const width = usePreferences((preferences) => preferences.inspectorWidth);
  const slot = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setInspectorSlot(slot.current);
    return () => setInspectorSlot(null);
  }, []);
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) {
      setInspectorWidth(window.innerWidth - event.clientX);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const change = event.key === 'ArrowLeft' ? step : event.key === 'ArrowRight' ? -step : 0;
    if (change === 0) return;
    event.preventDefault();
    setInspectorWidth(width + change);
  };
  return (
    <aside className={styles.pane} style={{ width }} hidden={!isOpen} aria-label="Details">
      <div
        className={styles.edge}
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the details"
        aria-valuenow={width}
        aria-valuemin={inspectorWidths.smallest}
        aria-valuemax={inspectorWidths.largest}
        tabIndex={0}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onKeyDown={onKeyDown}
        onDoubleClick={() => setInspectorWidth(inspectorWidths.usual)}
      />
      <div ref={slot} className={styles.slot} />
    </aside>
  );
}
