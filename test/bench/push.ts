import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startSshd, type RunningSshd } from '../fixtures/sshd.ts';
import type { Benchmark } from './lib/bench.ts';
import type { BenchEngine } from './lib/bench-engine.ts';
import { makeFile, MIB } from './lib/files.ts';
import { median, race } from './lib/measure.ts';
import { formatSeconds } from './lib/report.ts';

const CIPHER = 'aes128-gcm@openssh.com';
const release = { model: 'bench-push', version: '1.0.0' };

/** A push to a real sshd on loopback against `ssh host 'cat > file'` with the same cipher. */
export const pushBench: Benchmark = {
  name: 'push',
  bytesNeeded: ({ pushBytes }) => 4 * pushBytes + 256 * MIB,
  async run({ settings, folder, engine }) {
    const { pushBytes, rounds } = settings;
    const source = join(folder, 'source');
    makeFile(join(source, 'model.safetensors'), pushBytes);
    await engine.publish(await engine.import(source, release.model, release.version));
    rmSync(source, { recursive: true });
    const server = join(folder, 'server');
    mkdirSync(server);
    const sshd = await startSshd({ folder: server });
    try {
      await addServer(engine, sshd);
      // Sent by both: bytes that lie in the store.
      const blobs = engine.blobsOf(pushBytes);
      const hashing: number[] = [];
      const received = join(server, 'received');
      const seconds = await race(
        [
          {
            name: 'sallyport push',
            warm: blobs,
            async run(round) {
              const started = performance.now();
              const hashSeconds = await push(engine, pushBytes);
              if (round > 0) hashing.push(hashSeconds);
              return (performance.now() - started) / 1000 - hashSeconds;
            },
            undo: () => rmSync(sshd.root, { recursive: true }),
          },
          {
            name: 'ssh cat',
            warm: blobs,
            run: () => sendByCat(sshd, server, blobs[0] ?? '', received),
            undo: () => rmSync(received),
          },
        ],
        rounds,
      );
      const own = seconds.get('sallyport push') ?? [];
      const peer = seconds.get('ssh cat') ?? [];
      const ratio = median(peer) / median(own);
      const size = `${(pushBytes / MIB / 1024).toFixed(2)} GiB`;
      const rate = (values: readonly number[]) => `${(pushBytes / 1e6 / median(values)).toFixed(0)} MB/s`;
      return {
        title: `push: ${size} in one file to sshd on loopback, cipher ${CIPHER} on both sides`,
        figures: [
          {
            what: `push of ${size} against ssh 'cat > file'`,
            reached: `${ratio.toFixed(2)}x its speed`,
            aim: '>= 0.95x',
            met: ratio >= 0.95,
            details: [
              `sallyport push     ${formatSeconds(own, median(own))}, ${rate(own)}, without the server's hashing`,
              `ssh cat            ${formatSeconds(peer, median(peer))}, ${rate(peer)}   (ssh -c ${CIPHER} host 'cat > file' < file)`,
            ],
          },
          {
            what: `re-hash of ${size} on the server`,
            reached: `${median(hashing).toFixed(2)} s`,
            aim: '',
            met: null,
            details: [`server's sha256sum ${formatSeconds(hashing, median(hashing))}, reported apart`],
          },
        ],
        limits: [
          'ssh and sshd encrypt and decrypt on one core each, and both run on this machine together with the writing',
          'cat leaves the bytes in the page cache; the push counts login, folders, journal and fsync as well',
          "the re-hash runs at the speed of the server's own sha256sum, one file after the other",
        ],
      };
    } finally {
      await sshd.stop();
    }
  },
};

async function addServer({ engine }: BenchEngine, sshd: RunningSshd): Promise<void> {
  const { host, port, user, root } = sshd;
  await engine.call('servers.add', {
    ...{ name: 'bench', host, port, user, root },
    identityFile: engine.locations.issue(sshd.identityFile).handle,
    hostKeyFingerprint: sshd.hostKeyFingerprint,
  });
}

/** Pushes to the empty server; returns the seconds that the server spent hashing. */
async function push(engine: BenchEngine, expectedBytes: number): Promise<number> {
  const started = await engine.engine.call('deploy.push', { ...release, servers: ['bench'] });
  const [outcome] = (await engine.finish('push', started)).servers;
  if (outcome?.ok !== true || outcome.bytesSent < expectedBytes) throw new Error('the push sent too little');
  return outcome.serverHashMs / 1000;
}

function sendByCat(sshd: RunningSshd, server: string, file: string, target: string): Promise<void> {
  const options = [
    `UserKnownHostsFile=${join(server, 'known_hosts')}`,
    'StrictHostKeyChecking=accept-new',
    'BatchMode=yes',
    'Compression=no',
    'IdentitiesOnly=yes',
    'LogLevel=ERROR',
  ];
  const input = openSync(file, 'r');
  return new Promise<void>((resolve, reject) => {
    const args = ['-F', 'none', ...options.flatMap((option) => ['-o', option])];
    args.push('-i', sshd.identityFile, '-c', CIPHER, '-p', String(sshd.port), '-l', sshd.user, sshd.host);
    const child = spawn('ssh', [...args, `cat > '${target}'`], { stdio: [input, 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`ssh ended with ${code ?? 'a signal'}`)),
    );
  }).finally(() => closeSync(input));
}
