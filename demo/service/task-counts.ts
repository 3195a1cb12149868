import pg from 'pg';
import type { Database, Queryable } from './database';
import { countTasks, readTaskCounts, refreshTaskCounts, type TaskCount } from './queries';

/** How old the view may be, ms. */
const refreshMs = 60_000;

/** How many tasks there are by model and status: counted anew each time, or read from a view that is refreshed. */
export class TaskCounts {
  readonly #database: Database;
  #timer: NodeJS.Timeout | null = null;
  #refreshing: Promise<void> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  configure(fromView: boolean): void {
    if (fromView === (this.#timer !== null)) return;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = fromView ? setInterval(() => this.#refresh(), refreshMs) : null;
    this.#timer?.unref();
  }

  async read(db: Queryable): Promise<TaskCount[]> {
    if (!this.#timer) return countTasks(db);
    try {
      return await readTaskCounts(db);
    } catch (error) {
      if (isMissing(error)) return countTasks(db);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.configure(false);
    await this.#refreshing;
  }

  #refresh(): void {
    this.#refreshing = this.#database.use(refreshTaskCounts).catch((error: unknown) => {
      // Without the view they are counted.
      if (!isMissing(error)) console.error('refresh:', error);
    });
  }
}

/** undefined_table: the view was dropped, or not made yet. */
const isMissing = (error: unknown) => error instanceof pg.DatabaseError && error.code === '42P01';
