import { z } from 'zod';
import { Location, LocationHandle, nothing } from '../basics.ts';
import { ExportSubject, WrittenEvidence } from '../evidence-document.ts';

/** The calls the window's shell answers itself: dialogs and what belongs to the desktop. */
export const shellCalls = {
  'dialog.chooseFolder': { input: z.object({ title: z.string().max(200) }), output: Location.nullable() },
  'dialog.chooseFile': { input: z.object({ title: z.string().max(200) }), output: Location.nullable() },
  /** Where a new file goes; the dialog asks before one is replaced. `name` is what it suggests. */
  'dialog.saveFile': {
    input: z.object({ title: z.string().max(200), name: z.string().max(200) }),
    output: Location.nullable(),
  },
  /** The evidence as a PDF, printed from a page without script that is never shown. Replaces the file. */
  'evidence.print': {
    input: z.object({ of: ExportSubject, target: LocationHandle }),
    output: WrittenEvidence,
  },
  'clipboard.write': { input: z.object({ text: z.string().max(100_000) }), output: nothing },
  /** The look of what the desktop draws (frame, menu, dialogs) and of the window before its page is there. */
  'window.setTheme': { input: z.object({ theme: z.enum(['system', 'light', 'dark']) }), output: nothing },
} as const;
