import type { MessagePort } from 'node:worker_threads';
import { AppError } from '#engine/core/app-error.ts';
import { ChunkDigests } from './chunk-digests.ts';
import { type Deferred, deferred } from './deferred.ts';
import type { Hasher } from './hasher.ts';
import type { Ring } from './ring.ts';
import type { AssistReply, AssistRequest } from './worker-protocol.ts';

/** Takes the bytes of one pass in order and gives their chunk digests. */
export interface ChunkSink {
  /** Resolves when the slot's memory is no longer looked at. */
  add(slot: number, view: Uint8Array): Promise<void>;
  finish(): Promise<readonly string[]>;
}

/** For a source of one chunk at most: its SHA-256 is computed anyway, so nothing is hashed twice. */
export const noChunks: ChunkSink = { add: () => Promise.resolve(), finish: () => Promise.resolve([]) };

/** Chunk digests in this thread. */
export class OwnChunks implements ChunkSink {
  readonly #digests: ChunkDigests;
  /** One block after the other, also when making a hasher takes a while. */
  #queue = Promise.resolve();

  constructor(newHasher: () => Promise<Hasher>, onChunk: (hex: string) => void = () => {}) {
    this.#digests = new ChunkDigests(newHasher, onChunk);
  }

  add(_slot: number, view: Uint8Array): Promise<void> {
    this.#queue = this.#queue.then(() => this.#digests.update(view));
    return this.#queue;
  }

  async finish(): Promise<readonly string[]> {
    await this.#queue;
    return this.#digests.finish();
  }
}

/** Chunk digests in another worker, over memory both see. */
export class AssistedChunks implements ChunkSink {
  readonly #port: MessagePort;
  readonly #onChunk: (hex: string) => void;
  readonly #waiting = new Map<number, Deferred<void>>();
  readonly #finished = deferred<readonly string[]>();
  #failure: AppError | null = null;

  constructor(port: MessagePort, ring: Ring, onChunk: (hex: string) => void) {
    this.#port = port;
    this.#onChunk = onChunk;
    this.#finished.promise.catch(() => {});
    port.on('message', (reply: AssistReply) => this.#hear(reply));
    port.on('close', () => this.#fail('a hashing worker stopped'));
    port.postMessage({ memory: ring.memory, slot: -1, start: 0, length: 0 } satisfies AssistRequest);
  }

  add(slot: number, view: Uint8Array): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const done = deferred<void>();
    this.#waiting.set(slot, done);
    this.#send({ slot, start: view.byteOffset, length: view.length });
    return done.promise;
  }

  finish(): Promise<readonly string[]> {
    this.#send({ slot: -1, start: 0, length: 0 });
    return this.#finished.promise;
  }

  #send(request: AssistRequest): void {
    this.#port.postMessage(request);
  }

  #hear(reply: AssistReply): void {
    if ('chunk' in reply) this.#onChunk(reply.chunk);
    else if ('chunks' in reply) this.#finished.resolve(reply.chunks);
    else if ('failure' in reply) this.#fail(reply.failure);
    else {
      this.#waiting.get(reply.slot)?.resolve();
      this.#waiting.delete(reply.slot);
    }
  }

  #fail(message: string): void {
    this.#failure ??= new AppError('INTERNAL', message);
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
    this.#finished.reject(this.#failure);
  }
}

/** The assistant's side: works until it is told to finish or the other side goes away. */
export function assistChunks(port: MessagePort, newHasher: () => Promise<Hasher>): Promise<void> {
  const gone = deferred<void>();
  const reply = (message: AssistReply) => port.postMessage(message);
  const digests = new ChunkDigests(newHasher, (chunk) => reply({ chunk }));
  let memory: SharedArrayBuffer | null = null;

  const work = async (request: AssistRequest) => {
    if (request.memory !== undefined) memory = request.memory;
    else if (request.length === 0 && request.slot < 0) {
      reply({ chunks: digests.finish() });
      port.close();
    } else if (memory !== null) {
      await digests.update(new Uint8Array(memory, request.start, request.length));
      reply({ slot: request.slot });
    }
  };
  let queue = Promise.resolve();
  port.on('message', (request: AssistRequest) => {
    queue = queue
      .then(() => work(request))
      .catch((error: unknown) => {
        reply({ failure: error instanceof Error ? error.message : String(error) });
        port.close();
      });
  });
  port.on('close', () => gone.resolve());
  return gone.promise;
}
