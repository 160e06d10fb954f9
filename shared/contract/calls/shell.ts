import { z } from 'zod';
import { Location, nothing } from '../basics.ts';

/** The calls the window's shell answers itself: dialogs and what belongs to the desktop. */
export const shellCalls = {
  'dialog.chooseFolder': { input: z.object({ title: z.string().max(200) }), output: Location.nullable() },
  'dialog.chooseFile': { input: z.object({ title: z.string().max(200) }), output: Location.nullable() },
  'clipboard.write': { input: z.object({ text: z.string().max(100_000) }), output: nothing },
  /** The look of what the desktop draws (frame, menu, dialogs) and of the window before its page is there. */
  'window.setTheme': { input: z.object({ theme: z.enum(['system', 'light', 'dark']) }), output: nothing },
} as const;
