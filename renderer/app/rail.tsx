import { TriangleAlert } from 'lucide-react';
import type { SiteInfo, SystemStatus } from '#shared/contract/system.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SessionControl } from '#renderer/features/session/session-control.tsx';
import { goTo, useNavigation, type PlaceId } from '#renderer/lib/navigation.ts';
import { places } from './places.ts';
import { useStatus } from './use-status.ts';
import styles from './rail.module.css';

/** What waits in a place, as a short mark and in words. */
function badgeOf(id: PlaceId, status: SystemStatus | undefined) {
  if (!status) return null;
  if (id === 'intake' && status.waitingImports > 0) {
    return {
      mark: String(status.waitingImports),
      words: `${formatNoun(status.waitingImports, 'import')} waiting for a decision`,
      isWarning: false,
    };
  }
  if (id === 'fleet' && status.serversOffPin > 0) {
    return {
      mark: '',
      words: `${formatNoun(status.serversOffPin, 'server')} not on what the pin says`,
      isWarning: true,
    };
  }
  return null;
}

/** The left rail: the site, the six places, and who acts. */
export function Rail({ site }: { site: SiteInfo }) {
  const open = useNavigation((now) => now.place);
  const status = useStatus().value;
  return (
    <nav className={styles.rail} aria-label="Places">
      <div className={styles.site}>
        <p className={styles.name}>Sallyport</p>
        <p className={styles.siteName} title={`Site ${site.site}, home ${site.homeLabel}`}>
          site: <PlainText text={site.site} />
        </p>
      </div>
      <ul className={styles.places}>
        {places.map(({ id, name, Icon }, index) => {
          const badge = badgeOf(id, status);
          return (
            <li key={id}>
              <button
                type="button"
                className={styles.place}
                aria-current={id === open ? 'page' : undefined}
                aria-keyshortcuts={`Control+${index + 1}`}
                title={`${name} (Ctrl+${index + 1})`}
                onClick={() => goTo(id)}
              >
                <Icon size={15} aria-hidden />
                <span className={styles.word}>{name}</span>
                {badge ? (
                  <span className={badge.isWarning ? styles.warning : styles.badge} title={badge.words}>
                    {badge.isWarning ? <TriangleAlert size={14} aria-hidden /> : badge.mark}
                    <span className={styles.hidden}>
                      {badge.isWarning ? badge.words : badge.words.replace(/^\d+/, '')}
                    </span>
                  </span>
                ) : null}
              </button>
            </li>
          );
        })}
      </ul>
      <SessionControl />
    </nav>
  );
}
