import { z } from 'zod';
import { nothing, PersonName } from '../basics.ts';
import { PersonKey, Session } from '../trust.ts';

const passphrase = z.string().min(1).max(1024);

/** Calls about people's keys and whose is unlocked. */
export const peopleCalls = {
  'keys.create': { input: z.object({ name: PersonName, passphrase }), output: PersonKey },
  'keys.list': { input: nothing, output: z.array(PersonKey) },
  'session.get': { input: nothing, output: Session },
  'session.unlock': { input: z.object({ name: PersonName, passphrase }), output: Session },
  'session.lock': { input: nothing, output: Session },
} as const;
