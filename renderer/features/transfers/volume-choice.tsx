import { Copy, FolderOpen, HardDrive, X } from 'lucide-react';
import { useState } from 'react';
import type { Volume } from '#shared/contract/transfers.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { parseSize, withUnit } from '#shared/format/parse-size.ts';
import { Button, IconButton } from '#renderer/components/button.tsx';
import { CheckField, Field, TextInput } from '#renderer/components/field.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { useCall } from '#renderer/lib/query.ts';
import { capacityProblem, imageSizeProblem, type DraftPlace } from './set-draft.ts';
import { addPlace, changeDraft, limitPlace, removePlace, useTransfers } from './transfers-store.ts';
import styles from './transfers.module.css';

/** Volumes that are plugged in and folders, each with what the set may take there. */
export function VolumeChoice() {
  const { places, imageSize } = useTransfers((state) => state.draft);
  const volumes = useCall('media.volumes', {}, ['media']);
  const act = useAct();
  const usable = (volumes.value ?? []).filter(
    ({ location, state, readOnly }) =>
      state === 'ready' &&
      !readOnly &&
      location !== null &&
      !places.some((place) => place.location.handle === location.handle),
  );
  const choose = () =>
    act.run(async () => {
      const location = await call('dialog.chooseFolder', { title: 'Choose where a volume is written' });
      if (location) addPlace({ location, volume: null, capacity: '' });
    });
  return (
    <>
      {places.length === 0 ? (
        <p className={styles.quiet}>
          A drive that is plugged in, or any folder; several of any size. One drive slot can stand several
          times: the set then waits for the next medium.
        </p>
      ) : (
        <ol className={styles.lines} aria-label="Where the set goes">
          {places.map((place, index) => (
            <PlaceRow key={`${index} ${place.location.handle}`} place={place} index={index} />
          ))}
        </ol>
      )}
      <div className={styles.acts}>
        {usable.map((volume) => (
          <AddVolume key={volume.location?.handle ?? volume.device} volume={volume} />
        ))}
        <Button icon={<FolderOpen size={14} aria-hidden />} busy={act.busy} onClick={() => void choose()}>
          Choose folder…
        </Button>
        <Button variant="quiet" onClick={volumes.reload}>
          Look for drives again
        </Button>
      </div>
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
      {volumes.failure ? <InlineFailure failure={volumes.failure} onRetry={volumes.reload} /> : null}
      <div className={styles.limits}>
        <CheckField
          label="Make image folders of one size in it, to burn or to copy later"
          checked={imageSize !== null}
          onChange={(checked) => changeDraft({ imageSize: checked ? '25 GB' : null })}
        />
        {imageSize === null ? null : (
          <TypedSize
            label="Size of one image"
            text={imageSize}
            problemOf={imageSizeProblem}
            onChange={(text) => changeDraft({ imageSize: text })}
          />
        )}
      </div>
    </>
  );
}

function AddVolume({ volume }: { volume: Volume }) {
  const { location, label, device, freeBytes } = volume;
  if (location === null) return null;
  const free = freeBytes === null ? '' : `, ${formatBytes(freeBytes)} free`;
  return (
    <Button
      icon={<HardDrive size={14} aria-hidden />}
      onClick={() => addPlace({ location, volume, capacity: '' })}
    >
      Add <PlainText text={label === '' ? device : label} />
      {free}
    </Button>
  );
}

function PlaceRow({ place, index }: { place: DraftPlace; index: number }) {
  const { location, volume, capacity } = place;
  const name = volume === null || volume.label === '' ? location.label : volume.label;
  return (
    <li className={styles.place}>
      <span className={styles.number}>{index + 1}</span>
      <span className={styles.placeName}>
        <PlainText mono={volume === null} text={name} />
        <span className={styles.quiet}>
          <PlainText text={describePlace(volume)} />
        </span>
      </span>
      <TypedSize
        label={`At most, for place ${index + 1}`}
        hideLabel
        placeholder="all that is free"
        text={capacity}
        problemOf={capacityProblem}
        onChange={(text) => limitPlace(index, text)}
      />
      <span className={styles.rowActs}>
        <IconButton
          label={`Fill ${name} once more, with the next medium`}
          icon={<Copy size={13} aria-hidden />}
          onClick={() => addPlace({ ...place, capacity })}
        />
        <IconButton
          label={`Leave place ${index + 1} out`}
          icon={<X size={13} aria-hidden />}
          onClick={() => removePlace(index)}
        />
      </span>
    </li>
  );
}

function describePlace(volume: DraftPlace['volume']): string {
  if (volume === null) return 'a folder: what is free there is in the plan';
  const { device, fileSystem, freeBytes, maxFileBytes } = volume;
  return [
    device,
    fileSystem,
    freeBytes === null ? '' : `${formatBytes(freeBytes)} free`,
    maxFileBytes === null ? '' : `files up to ${formatBytes(maxFileBytes)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

interface TypedSizeProps {
  label: string;
  hideLabel?: boolean;
  placeholder?: string;
  text: string;
  problemOf: (text: string) => string | null;
  onChange: (text: string) => void;
}

/** A size that counts once the field is left or Enter is pressed, and then shows its unit: each change is a new plan. */
function TypedSize({ label, hideLabel = false, placeholder, text, problemOf, onChange }: TypedSizeProps) {
  const [typed, setTyped] = useState(text);
  const problem = problemOf(text);
  const settle = () => {
    const settled = withUnit(typed);
    setTyped(settled);
    if (settled !== text) onChange(settled);
  };
  const bytes = problem === null ? parseSize(text, 'G') : null;
  // Binary units are told in decimal ones too, in which everything else on this page is.
  const hint = bytes !== null && /i/i.test(text) ? formatBytes(bytes) : undefined;
  return (
    <Field label={label} hideLabel={hideLabel} hint={hint} error={problem ?? undefined}>
      <TextInput
        value={typed}
        placeholder={placeholder}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === 'Enter') settle();
        }}
      />
    </Field>
  );
}
