import type { Control } from 'react-hook-form';
import type { Location } from '#shared/contract/basics.ts';
import { Button } from '#renderer/components/button.tsx';
import { TextField } from '#renderer/components/field.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import type { ServerForm } from './server-form.ts';
import styles from './fleet.module.css';

export interface ServerFieldsProps {
  control: Control<ServerForm>;
  identity: Location | null;
  onChooseIdentity: () => void;
  onForgetIdentity: () => void;
}

/** What is asked about a server. */
export function ServerFields({ control, identity, onChooseIdentity, onForgetIdentity }: ServerFieldsProps) {
  return (
    <>
      <div className={styles.pair}>
        <TextField control={control} name="name" label="Name" hint="What people here call it." autoFocus />
        <TextField control={control} name="group" label="Group" hint="May stay empty." />
      </div>
      <div className={styles.pair}>
        <TextField control={control} name="host" label="Host" mono />
        <TextField control={control} name="port" label="Port" />
      </div>
      <div className={styles.pair}>
        <TextField
          control={control}
          name="root"
          label="Folder on the server"
          mono
          placeholder="/srv/models"
        />
        <TextField control={control} name="user" label="User" mono />
      </div>
      <div className={styles.line}>
        <Button onClick={onChooseIdentity}>Choose an SSH identity…</Button>
        {identity === null ? (
          <span className={styles.quiet}>Without one, SSH uses the keys and the agent of this machine.</span>
        ) : (
          <>
            <PlainText text={identity.label} />
            <Button variant="quiet" onClick={onForgetIdentity}>
              Use none
            </Button>
          </>
        )}
      </div>
      <TextField
        control={control}
        name="activationCommand"
        label="Activation command"
        mono
        hint="Run on the server after the live link was switched; may use $SALLYPORT_MODEL, _VERSION, _DIGEST, _PATH, _CHANNEL."
      />
      <div className={styles.pair}>
        <TextField
          control={control}
          name="probeCommand"
          label="Probe command"
          mono
          hint="Has to print the manifest digest, or the folder's name, of what is really served. Without one, that is not checked."
        />
        <TextField control={control} name="probeTimeoutSeconds" label="Probe, at most (s)" />
      </div>
    </>
  );
}
