import { startSshd, type RunningSshd } from '../../../test/fixtures/sshd.ts';
import { expectSame, type Ledger } from '../ledger.ts';
import { demoPath } from '../paths.ts';
import type { Site } from '../site.ts';
import { runTool } from '../stock-tools.ts';

export const server = 'gpu-01';

export interface Outcome {
  readonly servers: readonly {
    readonly ok: boolean;
    readonly bytesSent: number;
    readonly live: { readonly version: string } | null;
  }[];
}

interface Release {
  readonly files: readonly { readonly path: string; readonly digest: string; readonly sizeBytes: number }[];
}

/** Asks the server's own sha256sum for every file that is live and compares with the release. Returns how many. */
export function compareOnServer(site: Site, sshd: RunningSshd, channel: string, version: string): number {
  const release = site.run<Release>('show', `silero-vad@${version}`);
  const live = `${sshd.root}/live/silero-vad/${channel}`;
  const login = ['-F', 'none', '-p', String(sshd.port), '-i', sshd.identityFile, '-o', 'IdentitiesOnly=yes'];
  const trust = [
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'LogLevel=ERROR',
  ];
  const find = `cd '${live}/' && find . -type f -exec sha256sum {} +`;
  const output = runTool('ssh', [...login, ...trust, `${sshd.user}@${sshd.host}`, find]);
  const onServer = output.split('\n').map((line) => ({ digest: line.slice(0, 64), path: line.slice(68) }));
  const expected = release.files.map((file) => `${file.digest.slice('sha256:'.length)} ${file.path}`);
  expectSame(
    'files on the server',
    expected.sort(),
    onServer.map((file) => `${file.digest} ${file.path}`).sort(),
  );
  return onServer.length;
}

/** Part 3: a real OpenSSH server gets the release and proves what it serves. */
export async function fleetPart(ledger: Ledger, site: Site): Promise<RunningSshd> {
  ledger.part('3 A GPU server gets it over SSH');
  const sshd = await ledger.step('an OpenSSH server starts on loopback', () =>
    startSshd({ folder: demoPath('gpu-01') }),
  );
  try {
    const address = ['--host', sshd.host, '--port', String(sshd.port), '--user', sshd.user];
    const place = ['--root', sshd.root, '--identity', sshd.identityFile, '--group', 'demo'];
    await ledger.step('a wrong host key is refused', () => {
      const wrong = `SHA256:${'A'.repeat(43)}`;
      expectSame(
        'exit code',
        2,
        site.attempt('servers', 'add', server, ...address, ...place, '--host-key', wrong).code,
      );
    });
    await ledger.step('the server is added with its host key confirmed', () =>
      site.run('servers', 'add', server, ...address, ...place, '--host-key', sshd.hostKeyFingerprint),
    );
    const pushed = await ledger.step('silero-vad 5.0.0 is pushed', () =>
      site.run<Outcome>('push', 'silero-vad@5.0.0', '--to', server),
    );
    await ledger.step('production goes live and is probed', () =>
      site.run('activate', 'silero-vad', 'production', '--to', server),
    );
    const files = await ledger.step("the server's own sha256sum equals the manifest", () =>
      compareOnServer(site, sshd, 'production', '5.0.0'),
    );
    ledger.proven('host key confirmed', sshd.hostKeyFingerprint);
    ledger.proven('5.0.0 was pushed', `${pushed.servers[0]?.bytesSent} bytes sent`);
    ledger.proven('the server serves 5.0.0', `${files} files, hashed by the server`);
    return sshd;
  } catch (error) {
    await sshd.stop();
    throw error;
  }
}
