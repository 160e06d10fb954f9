import { foundation } from './0001-foundation.ts';
import { anchorsOfEveryKind } from './0002-anchors-of-every-kind.ts';
import { scan } from './0003-scan.ts';
import { trustOverTime } from './0004-trust-over-time.ts';
import { mediaAndCustody } from './0005-media-and-custody.ts';
import { importDigests } from './0006-import-digests.ts';
import { releaseVerifications } from './0007-release-verifications.ts';
import { scansOnRecord } from './0008-scans-on-record.ts';
import { fixityReadings } from './0009-fixity-readings.ts';
import { releaseSignatures } from './0010-release-signatures.ts';
import { mediaWithoutSerial } from './0011-media-without-serial.ts';
import type { Migration } from './migration.ts';

/** Every migration, oldest first. */
export const migrations: readonly Migration[] = [
  foundation,
  anchorsOfEveryKind,
  scan,
  trustOverTime,
  mediaAndCustody,
  importDigests,
  releaseVerifications,
  scansOnRecord,
  fixityReadings,
  releaseSignatures,
  mediaWithoutSerial,
];
