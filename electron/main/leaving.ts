import { app, dialog, type BrowserWindow } from 'electron';
import type { EngineHost } from './engine-host.ts';

/** How long the engine may take to let go before the app ends anyway; jobs then count as interrupted, as after a crash. */
const CLOSE_TIMEOUT_MS = 10_000;

const answers = { hide: 0, stop: 1, stay: 2 } as const;

/**
 * Governs how the app ends. Without jobs it simply ends. With jobs it asks: work on with the window hidden (the app then ends
 * with the last job, and starting it again shows the window), stop the jobs where they are, or stay.
 */
export class Leaving {
  readonly #window: BrowserWindow;
  readonly #host: EngineHost;
  #state: 'open' | 'asking' | 'hidden' | 'leaving' | 'gone' = 'open';

  constructor(window: BrowserWindow, host: EngineHost) {
    this.#window = window;
    this.#host = host;
    window.on('close', (event) => {
      if (this.#state === 'leaving' || this.#state === 'gone') return;
      event.preventDefault();
      void this.#ask();
    });
    window.on('show', () => {
      if (this.#state === 'hidden') this.#state = 'open';
    });
    app.on('before-quit', (event) => {
      if (this.#state === 'gone') return;
      event.preventDefault();
      if (this.#state !== 'leaving') void this.#ask();
    });
    app.on('window-all-closed', () => this.leave());
  }

  /** Ends the app without asking; running jobs become interrupted and can be resumed. */
  leave(): void {
    if (this.#state === 'leaving' || this.#state === 'gone') return;
    this.#state = 'leaving';
    const timeout = new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS));
    const closed = this.#host.close().catch((error: unknown) => console.error('closing the engine:', error));
    void Promise.race([closed, timeout]).then(() => {
      this.#state = 'gone';
      app.quit();
    });
  }

  /** To be told of each job that ended: a hidden app has no more reason to stay after the last one. */
  async jobEnded(): Promise<void> {
    if (this.#state !== 'hidden') return;
    const jobs = await this.#host.unfinishedJobs();
    if (jobs.length === 0 && this.#state === 'hidden') this.leave();
  }

  async #ask(): Promise<void> {
    if (this.#state === 'asking') return;
    this.#state = 'asking';
    const jobs = await this.#host.unfinishedJobs().catch(() => []);
    if (jobs.length === 0) return this.leave();
    const { response } = await dialog.showMessageBox(this.#window, {
      type: 'question',
      title: 'Sallyport',
      message: jobs.length === 1 ? 'A job is under way.' : `${jobs.length} jobs are under way.`,
      detail: [
        ...jobs.map((job) => job.title),
        '',
        'With the window hidden the work goes on, and Sallyport ends with the last job. Starting Sallyport again shows ' +
          'the window. Stopped jobs are kept as interrupted and can be resumed under Activity.',
      ].join('\n'),
      buttons: ['Hide the window and work on', 'Stop the jobs and quit', 'Stay'],
      defaultId: answers.hide,
      cancelId: answers.stay,
      noLink: true,
    });
    if (response === answers.stop) return this.leave();
    this.#state = response === answers.hide ? 'hidden' : 'open';
    if (this.#state !== 'hidden') return;
    this.#window.hide();
    // The last job may have ended while the question stood.
    await this.jobEnded();
  }
}
