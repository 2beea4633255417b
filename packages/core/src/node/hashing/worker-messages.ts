/** What a worker sends before it takes its first job. */
export const STARTED = 'started';
