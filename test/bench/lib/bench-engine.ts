import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type JobKind, type JobResult, jobResults, type Job } from '#shared/contract/jobs.ts';
import { fromFailure } from '#engine/core/app-error.ts';
import { type Engine, openEngine } from '#engine/engine.ts';

/** Beside the built run.js; see bundle.ts. */
export const workerUrl = new URL('worker.js', pathToFileURL(process.argv[1] ?? ''));

/** The real engine over a home of its own, driven through its calls as the window and the command line do. */
export class BenchEngine {
  readonly engine: Engine;
  readonly home: string;

  private constructor(engine: Engine, home: string) {
    this.engine = engine;
    this.home = home;
  }

  static async open(folder: string): Promise<BenchEngine> {
    const home = join(folder, 'home');
    return new BenchEngine(await openEngine({ home, workerUrl, holder: 'the benchmark' }), home);
  }

  locate(path: string): string {
    return this.engine.locations.issue(path).handle;
  }

  /** Waits for the job's end; rejects with what it failed with. */
  async finish<K extends JobKind>(kind: K, { jobId }: { jobId: string }): Promise<JobResult<K>> {
    const job = await new Promise<Job>((resolve, reject) => {
      const look = (each: Job) => {
        if (each.id === jobId && each.endedAt !== null) resolve(each);
      };
      this.engine.on('job', look);
      this.engine.call('jobs.get', { id: jobId }).then(look, reject);
    });
    if (job.failure !== null) throw fromFailure(job.failure);
    return jobResults[kind].parse(job.result) as JobResult<K>;
  }

  /** Imports a folder and leaves it in quarantine. */
  async import(source: string, model: string, version: string): Promise<string> {
    const input = { source: this.locate(source), model, version };
    return (await this.finish('import', await this.engine.call('imports.start', input))).importId;
  }

  async publish(id: string): Promise<void> {
    await this.engine.call('imports.publish', { id, acceptUnsigned: { reason: 'a benchmark' } });
  }

  async reject(id: string): Promise<void> {
    await this.engine.call('imports.reject', { id, reason: 'measured' });
  }

  /** The stored blobs of this size. */
  blobsOf(sizeBytes: number): string[] {
    return readdirSync(join(this.home, 'blobs/sha256'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => statSync(file).size === sizeBytes);
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}
