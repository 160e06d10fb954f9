import type { DeploymentStatus, Server, ServerCheck } from '#shared/contract/fleet.ts';
import { useState } from 'react';
import { formatBytes } from '#shared/format/bytes.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { Button } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { DigestText, Fingerprint } from '#renderer/components/digest-text.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { AgeText, TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { ask, chooseOnly, type FleetRequest } from './fleet-store.ts';
import styles from './fleet.module.css';

export interface ServerInspectorProps {
  server: Server;
  statuses: readonly DeploymentStatus[];
  onClose: () => void;
}

/** Everything about one server: how it is reached, what runs there, and whether it answers now. */
export function ServerInspector({ server, statuses, onClose }: ServerInspectorProps) {
  const { name } = server;
  const own = statuses.filter((status) => status.server === name);
  return (
    <Inspector title={name} onClose={onClose}>
      <Facts>
        <Fact name="address">
          {server.user}@{server.host}, port {server.port}
        </Fact>
        <Fact name="folder">
          <PlainText mono text={server.root} />
        </Fact>
        {server.group === '' ? null : (
          <Fact name="group">
            <PlainText text={server.group} />
          </Fact>
        )}
        <Fact name="host key">
          {server.hostKey.keyType}
          <br />
          <Fingerprint fingerprint={server.hostKey.fingerprint} />
        </Fact>
        <Fact name="activation">
          <Command text={server.activationCommand} />
        </Fact>
        <Fact name="probe">
          <Command text={server.probeCommand} />
          {server.probeCommand === '' ? null : `, at most ${server.probeTimeoutSeconds} s`}
        </Fact>
        <Fact name="added">
          <TimeText at={server.addedAt} /> by <PlainText text={server.addedBy} />
        </Fact>
        <Fact name="last contact">
          {server.lastContactAt === null ? 'never' : <TimeText at={server.lastContactAt} />}
        </Fact>
      </Facts>
      <CheckSection server={name} />
      <section className={styles.form}>
        <SectionHeader title="What runs here" />
        {own.length === 0 ? <p className={styles.quiet}>Nothing was ever activated here.</p> : null}
        {own.map((status) => (
          <Live key={`${status.model} ${status.channel}`} status={status} />
        ))}
      </section>
      <div className={styles.line}>
        <Button onClick={() => askFor(name, { kind: 'push' })}>Push…</Button>
        <Button onClick={() => askFor(name, { kind: 'activate' })}>Activate…</Button>
        <Button onClick={() => askFor(name, { kind: 'fixity' })}>Fixity check…</Button>
        <Button variant="danger" onClick={() => ask({ kind: 'remove', server: name })}>
          Remove…
        </Button>
      </div>
    </Inspector>
  );
}

/** Opens a dialog with this server alone chosen. */
function askFor(server: string, request: FleetRequest): void {
  chooseOnly([server]);
  ask(request);
}

function Command({ text }: { text: string }) {
  return text === '' ? <span className={styles.quiet}>none</span> : <PlainText mono text={text} />;
}

function Live({ status }: { status: DeploymentStatus }) {
  const { model, channel, live, pinned, rollbackTarget, provenAt, objection } = status;
  return (
    <div>
      <h3>
        {model} {channel}
      </h3>
      <Facts>
        <Fact name="live">
          {live === null ? 'nothing' : <Release version={live.version} digest={live.manifestDigest} />}
        </Fact>
        {objection === null ? null : (
          <Fact name="revoked">
            <VerdictMark verdict="failed" label={toVisibleText(objection)} />
          </Fact>
        )}
        <Fact name="pin">
          {pinned === null ? 'none' : <Release version={pinned.version} digest={pinned.manifestDigest} />}
        </Fact>
        <Fact name="proven">{provenAt === null ? 'never' : <AgeText at={provenAt} suffix=" ago" />}</Fact>
        <Fact name="rollback to">{rollbackTarget?.version ?? 'nothing earlier was healthy here'}</Fact>
      </Facts>
      {rollbackTarget === null ? null : (
        <Button
          variant="danger"
          onClick={() => askFor(status.server, { kind: 'rollback', place: { model, channel } })}
        >
          {`Roll back ${channel} to ${rollbackTarget.version}…`}
        </Button>
      )}
    </div>
  );
}

function Release({ version, digest }: { version: string; digest: string }) {
  return (
    <>
      {version} <DigestText digest={digest} />
    </>
  );
}

/** Asks the server now; what it answered stays until the details are closed. */
function CheckSection({ server }: { server: string }) {
  const act = useAct();
  const [answer, setAnswer] = useState<ServerCheck | null>(null);
  const check = () => act.run(async () => setAnswer(await call('servers.check', { name: server })));
  return (
    <section className={styles.form}>
      <SectionHeader title="Check">
        <Button busy={act.busy} onClick={() => void check()}>
          {act.busy ? `Asking ${server}` : 'Check now'}
        </Button>
      </SectionHeader>
      {act.failure ? <InlineFailure failure={act.failure} onRetry={() => void check()} /> : null}
      {answer === null || act.failure ? null : (
        <div role="status">
          {answer.freeBytes === null ? null : <p>{formatBytes(answer.freeBytes)} free</p>}
          <CheckList checks={answer.checks} label={`Checks of ${server}`} />
        </div>
      )}
    </section>
  );
}
