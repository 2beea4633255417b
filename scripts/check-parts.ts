// What turbo runs it need not run again while every file that git knows of is as it was, and the packages of others too. That
// says all that these parts look at. Tests look at the machine as well (its OpenSSL, Python, terminal, clock): they run each time.
const cached = (task: string) => `node scripts/turbo.ts run ${task} --output-logs=new-only --log-prefix=none`;

/** The parts of `npm run check`, the quickest to fail first. */
export const parts = [
  { name: 'lint', command: cached('lint') },
  { name: 'build', command: 'npm run --silent build' },
  { name: 'types', command: cached('types') },
  { name: 'specification', command: cached('specification') },
  { name: 'unused code', command: cached('unused') },
  { name: 'packages', command: cached('packages') },
  { name: 'tests', command: 'vitest run' },
] as const;

/** How long each part took, a line each, and all together. */
export function timesText(times: readonly { readonly name: string; readonly seconds: number }[]): string {
  const all = times.reduce((sum, { seconds }) => sum + seconds, 0);
  return [...times, { name: 'all', seconds: all }]
    .map(({ name, seconds }) => `${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s\n`)
    .join('');
}
