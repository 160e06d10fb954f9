import type { ScanRule } from '#shared/contract/scan.ts';

/** The policy's own conditions, as rules among the scan's. Their effect is a setting of the policy. */
export const policyRules: readonly ScanRule[] = [
  {
    id: 'policy.format',
    version: 1,
    severity: 'critical',
    title: 'a format that may not come in',
    why: 'The policy of this site names the formats that it allows, and this is none of them.',
    next: 'Ask the sender for the weights in an allowed format.',
  },
  {
    id: 'policy.unsigned',
    version: 1,
    severity: 'high',
    title: 'nothing is signed',
    why: 'Without a signature nobody is known to have sent these bytes.',
    next: 'Ask the sender to sign, or accept it with a recorded reason where the policy allows that.',
  },
  {
    id: 'policy.no-outside-scan',
    version: 1,
    severity: 'high',
    title: 'no outside scanner looked at it',
    why: 'The policy of this site asks for the result of a virus scanner or a kiosk.',
    next: 'Install ClamAV, or attach the report of the kiosk.',
  },
  {
    id: 'policy.infected',
    version: 1,
    severity: 'critical',
    title: 'an outside scanner calls it infected',
    why: 'A virus scanner or a kiosk recognised something in these bytes.',
    next: 'Keep the files out, and tell the sender.',
  },
  {
    id: 'policy.not-scanned',
    version: 1,
    severity: 'critical',
    title: 'not scanned by this version',
    why: 'What was not scanned, or was scanned by older rules, is not clean.',
    next: 'Scan it: `scan --import` or `scan --release`.',
  },
];
