import { Menu } from '@base-ui/react/menu';
import { Check, ChevronsUpDown, KeyRound, UserRound } from 'lucide-react';
import { useRef, useState } from 'react';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { call } from '#renderer/lib/bridge.ts';
import { chooseTheme, themes, usePreferences } from '#renderer/lib/preferences.ts';
import { reloadCalls } from '#renderer/lib/query.ts';
import { requestNewKey, requestUnlock, useSession } from '#renderer/lib/session.ts';
import { RenameSiteDialog } from './rename-site-dialog.tsx';
import styles from './session-control.module.css';

async function lock(): Promise<void> {
  // Locking cannot fail in a way a person could mend; the control shows what is so afterwards.
  await call('session.lock', {}).catch(() => undefined);
  reloadCalls('session.get');
}

/** Who acts: the person whose key is unlocked, else the operating system's user; and the window's few settings. */
export function SessionControl() {
  const session = useSession().value;
  const theme = usePreferences((preferences) => preferences.theme);
  const [isRenaming, setRenaming] = useState(false);
  const container = useRef<HTMLDivElement>(null);
  const person = session?.person ?? null;
  return (
    <div ref={container} className={styles.session}>
      <Menu.Root>
        <Menu.Trigger className={styles.trigger}>
          {person ? <KeyRound size={15} aria-hidden /> : <UserRound size={15} aria-hidden />}
          <span className={styles.who}>
            <span className={styles.hidden}>Who acts: </span>
            <span className={styles.name}>
              <PlainText text={person?.name ?? session?.osUser ?? ''} />
            </span>{' '}
            <span className={styles.state}>{person ? 'key unlocked' : 'no key unlocked'}</span>
          </span>
          <ChevronsUpDown size={13} aria-hidden />
        </Menu.Trigger>
        {/* Inside the rail, so that it belongs to a landmark. */}
        <Menu.Portal container={container}>
          <Menu.Positioner className={styles.positioner} side="top" align="start" sideOffset={4}>
            <Menu.Popup className={styles.popup}>
              {person ? (
                <Menu.Item className={styles.item} onClick={() => void lock()}>
                  Lock the key of {person.name}
                </Menu.Item>
              ) : (
                <Menu.Item className={styles.item} onClick={() => requestUnlock()}>
                  Unlock a key…
                </Menu.Item>
              )}
              <Menu.Item className={styles.item} onClick={requestNewKey}>
                Create a key…
              </Menu.Item>
              <Menu.Item className={styles.item} onClick={() => setRenaming(true)}>
                Rename the site…
              </Menu.Item>
              <Menu.Separator className={styles.separator} />
              <Menu.RadioGroup
                value={theme}
                onValueChange={(next: unknown) => {
                  const known = themes.find((each) => each === next);
                  if (known) chooseTheme(known);
                }}
              >
                {themes.map((each) => (
                  <Menu.RadioItem key={each} value={each} className={styles.item} closeOnClick={false}>
                    <span className={styles.tick}>
                      <Menu.RadioItemIndicator>
                        <Check size={13} aria-hidden />
                      </Menu.RadioItemIndicator>
                    </span>
                    Theme: {each}
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      {isRenaming ? <RenameSiteDialog onClose={() => setRenaming(false)} /> : null}
    </div>
  );
}
