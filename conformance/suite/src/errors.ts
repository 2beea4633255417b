/** An invalid command line. Exit code 2. */
export class UsageError extends Error {}

/** Something outside the suite is missing or broken, so that nothing could be judged. Exit code 3. */
export class CannotRun extends Error {}
