import { zodResolver } from '@hookform/resolvers/zod';
import { useId, useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import type { Location } from '#shared/contract/basics.ts';
import type { HostKey } from '#shared/contract/fleet.ts';
import { Button } from '#renderer/components/button.tsx';
import { Dialog } from '#renderer/components/dialog.tsx';
import { FingerprintChoice } from '#renderer/components/fingerprint-choice.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { endRequest, openServer } from './fleet-store.ts';
import { emptyServerForm, ServerForm, toServerSettings } from './server-form.ts';
import { ServerFields } from './server-fields.tsx';
import styles from './fleet.module.css';

interface Scan {
  readonly host: string;
  readonly port: number;
  readonly keys: readonly HostKey[];
}

/**
 * Adds a server in two steps: what it is, then which of the host keys it shows is the one its owner told. No key is
 * chosen for the person, and changing the address throws the answer away.
 */
export function AddServerDialog() {
  const formId = useId();
  const scanning = useAct();
  const adding = useAct();
  const [identity, setIdentity] = useState<Location | null>(null);
  const [scan, setScan] = useState<Scan | null>(null);
  const [fingerprint, setFingerprint] = useState('');
  const [assured, setAssured] = useState(false);
  const { control, handleSubmit } = useForm<ServerForm>({
    resolver: zodResolver(ServerForm),
    defaultValues: emptyServerForm,
  });
  const [name, host, port] = useWatch({ control, name: ['name', 'host', 'port'] });
  const isCurrent = scan !== null && scan.host === host.trim() && scan.port === Number(port);
  const keys = isCurrent ? scan.keys : [];

  const ask = handleSubmit((form) =>
    scanning.run(async () => {
      const where = { host: form.host, port: Number(form.port) };
      setScan(null);
      setFingerprint('');
      setAssured(false);
      setScan({ ...where, keys: await call('servers.scanHostKey', where) });
    }),
  );

  const add = handleSubmit(async (form) => {
    const isAdded = await adding.run(() =>
      call('servers.add', {
        ...toServerSettings(form),
        hostKeyFingerprint: fingerprint,
        ...(identity === null ? {} : { identityFile: identity.handle }),
      }),
    );
    if (!isAdded) return;
    endRequest();
    openServer(form.name);
  });

  const isReady = keys.length > 0;
  return (
    <Dialog
      open
      wide
      title="Add a server"
      description="Sallyport reaches it by SSH and installs nothing on it. Its host key has to be the one that its owner told you."
      onClose={endRequest}
      locked={adding.busy}
      actions={
        <>
          <Button onClick={endRequest}>Cancel</Button>
          {isReady ? (
            <Button
              type="submit"
              form={formId}
              variant="primary"
              busy={adding.busy}
              disabledReason={
                fingerprint === ''
                  ? 'Choose the host key that the server’s owner told you.'
                  : assured
                    ? null
                    : 'Confirm that you compared the fingerprint.'
              }
            >
              {`Add ${name.trim()} with this host key`}
            </Button>
          ) : (
            <Button type="submit" form={formId} variant="primary" busy={scanning.busy}>
              Ask for its host keys
            </Button>
          )}
        </>
      }
    >
      <form
        id={formId}
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isReady) void ask();
          else if (fingerprint !== '' && assured) void add();
        }}
      >
        <ServerFields
          control={control}
          identity={identity}
          onChooseIdentity={() =>
            void call('dialog.chooseFile', { title: 'Choose the SSH identity file' }).then(
              setIdentity,
              () => undefined,
            )
          }
          onForgetIdentity={() => setIdentity(null)}
        />
      </form>
      {scanning.failure ? <InlineFailure failure={scanning.failure} onRetry={() => void ask()} /> : null}
      {isCurrent && keys.length === 0 ? <p>The server showed no host key.</p> : null}
      {isReady ? (
        <FingerprintChoice
          label={`${host.trim()} shows ${keys.length === 1 ? 'this host key' : 'these host keys'}`}
          keys={keys}
          value={fingerprint}
          onChange={setFingerprint}
          assurance="I compared this fingerprint, whole, with what the server's owner told me."
          assured={assured}
          onAssure={setAssured}
        />
      ) : null}
      {adding.failure ? <InlineFailure failure={adding.failure} onRetry={() => void add()} /> : null}
    </Dialog>
  );
}
