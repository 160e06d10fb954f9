import { z } from 'zod';
import { ServerName } from '#shared/contract/basics.ts';
import { ServerSettings } from '#shared/contract/fleet.ts';

const shape = ServerSettings.shape;

/** A field of the form: the contract's rule, with a sentence that a person can act on. */
function text(rule: z.ZodType, sentence: string) {
  return z
    .string()
    .trim()
    .refine((value) => rule.safeParse(value).success, sentence);
}

function whole(smallest: number, largest: number) {
  return z
    .string()
    .trim()
    .refine(
      (value) => /^\d+$/.test(value) && Number(value) >= smallest && Number(value) <= largest,
      `A whole number from ${smallest} to ${largest}.`,
    );
}

/** What is asked about a server, as typed; rules are the contract's. */
export const ServerForm = z.object({
  name: text(ServerName, 'Lower-case letters, digits, . _ and -, at most 64.'),
  host: text(shape.host, 'A host name or an address.'),
  port: whole(1, 65535),
  user: text(shape.user, 'A user name on the server.'),
  root: text(shape.root, 'An absolute folder on the server, such as /srv/models.'),
  group: text(shape.group, 'At most 64 characters.'),
  activationCommand: text(shape.activationCommand, 'At most 2000 characters.'),
  probeCommand: text(shape.probeCommand, 'At most 2000 characters.'),
  probeTimeoutSeconds: whole(1, 3600),
});
export type ServerForm = z.infer<typeof ServerForm>;

export const emptyServerForm: ServerForm = {
  name: '',
  host: '',
  port: '22',
  user: '',
  root: '',
  group: '',
  activationCommand: '',
  probeCommand: '',
  probeTimeoutSeconds: '60',
};

/** The form as the contract takes it. */
export function toServerSettings(form: ServerForm): ServerSettings {
  return {
    ...form,
    port: Number(form.port),
    probeTimeoutSeconds: Number(form.probeTimeoutSeconds),
  };
}
