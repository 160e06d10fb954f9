import { ArrowLeftRight, Boxes, HardDrive, KeyRound, ScrollText, Server } from 'lucide-react';
import type { ComponentType } from 'react';
import { ActivityPlace } from '#renderer/features/activity/activity-place.tsx';
import { FleetPlace } from '#renderer/features/fleet/fleet-place.tsx';
import { IntakePlace } from '#renderer/features/intake/intake-place.tsx';
import { ModelsPlace } from '#renderer/features/models/models-place.tsx';
import { TransfersPlace } from '#renderer/features/transfers/transfers-place.tsx';
import { TrustPlace } from '#renderer/features/trust/trust-place.tsx';
import type { PlaceId } from '#renderer/lib/navigation.ts';

/** A place of the window. */
export interface Place {
  readonly id: PlaceId;
  readonly name: string;
  /** What it answers, for the palette and for screen readers. */
  readonly answers: string;
  readonly Icon: typeof Boxes;
  readonly Content: ComponentType;
}

/** The six places in the order of the rail; Ctrl+1 opens the first. */
export const places: readonly Place[] = [
  {
    id: 'intake',
    name: 'Intake',
    answers: 'what is plugged in, who signed it, bring in or refuse',
    Icon: HardDrive,
    Content: IntakePlace,
  },
  {
    id: 'models',
    name: 'Models',
    answers: 'releases, their channels and where they run',
    Icon: Boxes,
    Content: ModelsPlace,
  },
  {
    id: 'fleet',
    name: 'Fleet',
    answers: 'servers, what they run and whether it is what the pin says',
    Icon: Server,
    Content: FleetPlace,
  },
  {
    id: 'transfers',
    name: 'Transfers',
    answers: 'sets that leave or arrive, receipts',
    Icon: ArrowLeftRight,
    Content: TransfersPlace,
  },
  {
    id: 'activity',
    name: 'Activity',
    answers: 'jobs, and the log of everything that happened',
    Icon: ScrollText,
    Content: ActivityPlace,
  },
  {
    id: 'trust',
    name: 'Trust',
    answers: 'whose signatures count for what, what the scan lets in',
    Icon: KeyRound,
    Content: TrustPlace,
  },
];
