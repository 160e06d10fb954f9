import { Step } from './step.tsx';

/** Says that nobody looked, rather than nothing. */
export function ScanStep() {
  return (
    <Step
      name="Scan"
      verdict="not-checked"
      summary="weight files were not scanned"
      restsOn="Nothing looked for code in the weight files: static checks are not part of this version. A scanner with rules for these formats would check them. That the bytes are as signed says nothing about what they do."
    />
  );
}
