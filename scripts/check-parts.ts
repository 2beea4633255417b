// Turbo skips a task whose inputs, the tracked files and installed packages, have not changed; these tasks read nothing else.
// Tests also depend on the machine (its OpenSSL, Python, terminal, clock), so they run every time.
const cached = (task: string) => `node scripts/turbo.ts run ${task} --output-logs=new-only --log-prefix=none`;

/** The parts of `npm run check`, those that fail fastest first. */
export const parts = [
  { name: 'lint', command: cached('lint') },
  { name: 'build', command: 'npm run --silent build' },
  { name: 'types', command: cached('types') },
  { name: 'specification', command: cached('specification') },
  { name: 'unused code', command: cached('unused') },
  { name: 'packages', command: cached('packages') },
  { name: 'tests', command: 'vitest run' },
] as const;

/** The time of each part, one line each, and their sum. */
export function timesText(times: readonly { readonly name: string; readonly seconds: number }[]): string {
  const all = times.reduce((sum, { seconds }) => sum + seconds, 0);
  return [...times, { name: 'all', seconds: all }]
    .map(({ name, seconds }) => `${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s\n`)
    .join('');
}
