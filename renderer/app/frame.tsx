import { useEffect, useRef } from 'react';
import type { SiteInfo } from '#shared/contract/system.ts';
import { KeyDialogs } from '#renderer/features/session/key-dialogs.tsx';
import { useNavigation } from '#renderer/lib/navigation.ts';
import { Announcer } from './announcer.tsx';
import { GoToPalette } from './go-to-palette.tsx';
import { InspectorPane } from './inspector-pane.tsx';
import { places } from './places.ts';
import { Rail } from './rail.tsx';
import { StatusBar } from './status-bar.tsx';
import { useShortcuts } from './use-shortcuts.ts';
import styles from './frame.module.css';

/** Rail, place, inspector and status bar; and what floats above them. */
export function Frame({ site }: { site: SiteInfo }) {
  const placeId = useNavigation((now) => now.place);
  const place = places.find((known) => known.id === placeId) ?? places[0];
  const main = useRef<HTMLElement>(null);
  useShortcuts(main);
  useEffect(() => {
    document.title = place ? `${place.name} – Sallyport` : 'Sallyport';
  }, [place]);
  return (
    <div className={styles.frame}>
      <Rail site={site} />
      {/* A place starts afresh each time it is opened; what has to last is in its store. */}
      <main key={placeId} ref={main} className={styles.place} tabIndex={-1} aria-label={place?.name}>
        {place ? <place.Content /> : null}
      </main>
      <InspectorPane />
      <StatusBar />
      <GoToPalette />
      <KeyDialogs />
      <Announcer />
    </div>
  );
}
