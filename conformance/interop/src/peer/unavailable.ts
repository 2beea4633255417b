/** The exit code for "skipped", as in other test tools. */
export const EXIT_SKIPPED = 77;

/** Prints that a peer is skipped, and returns the exit code: in CI a skip of a peer that CI has to have is a failure. */
export function reportSkipped(peer: 'Python' | 'Go', unavailable: string, required: boolean): number {
  const failing = required && Boolean(process.env.CI);
  const consequence = failing ? 'In CI that is a failure.' : 'The checks against it are skipped.';
  process.stderr.write(`The ${peer} peer is not available: ${unavailable}\n${consequence}\n`);
  return failing ? 1 : EXIT_SKIPPED;
}
