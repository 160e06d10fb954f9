import { createConnection } from 'node:net';
import { AppError, asAppError } from '../app-error.ts';

/** What OpenSSH's agent takes and gives at most (AGENT_MAX_LEN is 256 KiB). */
const MAX_MESSAGE_BYTES = 256 * 1024;
/** Long enough to find a security key and touch it. */
const TIMEOUT_MS = 120_000;

/** One question to the program that keeps people's keys (draft-miller-ssh-agent). */
export interface SshAgentPort {
  /** Sends one message without its length and answers the reply the same way. Throws AGENT-UNREACHABLE. */
  request(message: Uint8Array): Promise<Uint8Array>;
}

/** The agent behind a Unix socket or a named pipe of Windows, as SSH_AUTH_SOCK names it. Connects anew for each question. */
export function socketSshAgent(socketPath: string, timeoutMs = TIMEOUT_MS): SshAgentPort {
  return { request: (message) => ask(socketPath, message, timeoutMs) };
}

function ask(socketPath: string, message: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(socketPath);
    let received = Buffer.alloc(0);
    const fail = (why: string, cause?: unknown) => {
      socket.destroy();
      reject(unreachable(why, cause));
    };
    socket.setTimeout(timeoutMs, () => fail('it did not answer in time'));
    socket.on('error', (error) => fail(asAppError(error).message, error));
    socket.on('close', () => fail('it hung up'));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4) return;
      const length = received.readUInt32BE(0);
      if (length === 0 || length > MAX_MESSAGE_BYTES || received.length > 4 + length)
        return fail('it answered with something else');
      if (received.length < 4 + length) return;
      socket.removeAllListeners('close');
      socket.destroy();
      resolve(new Uint8Array(received.subarray(4)));
    });
    const framed = Buffer.alloc(4 + message.length);
    framed.writeUInt32BE(message.length, 0);
    framed.set(message, 4);
    socket.write(framed);
  });
}

function unreachable(why: string, cause?: unknown): AppError {
  return new AppError(
    'AGENT-UNREACHABLE',
    `The SSH agent cannot be asked: ${why}.`,
    { next: 'Start one (eval "$(ssh-agent)"), add the key (ssh-add), and see that SSH_AUTH_SOCK names it.' },
    cause,
  );
}
