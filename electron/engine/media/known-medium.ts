import type { MediumKnownBy } from '#shared/contract/transfers.ts';
import type { FoundVolume } from './found-volume.ts';

/** By what a medium is told from others, and what that is. */
export interface MediumIdentity {
  readonly knownBy: MediumKnownBy;
  readonly knownAs: string;
}

/** The best that a volume offers; null for folders, and for what has neither number nor label. */
export function identityOf({
  transport,
  serial,
  uuid,
  label,
  sizeBytes,
}: Pick<FoundVolume, 'transport' | 'serial' | 'uuid' | 'label' | 'sizeBytes'>): MediumIdentity | null {
  if (transport === 'folder') return null;
  if (serial !== null && serial.trim() !== '') return { knownBy: 'serial', knownAs: serial };
  if (uuid !== null && uuid.trim() !== '') return { knownBy: 'file-system', knownAs: uuid };
  if (label.trim() === '' || sizeBytes === 0) return null;
  return { knownBy: 'label-and-size', knownAs: `${label}, ${sizeBytes} bytes` };
}
