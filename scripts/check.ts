// `npm run check`: runs everything that must pass before a commit, stops at the first failure, and prints the times.
import { spawnSync } from 'node:child_process';
import { parts, timesText } from './check-parts.ts';

const times: { readonly name: string; readonly seconds: number }[] = [];
let failed: string | null = null;
for (const { name, command } of parts) {
  const start = performance.now();
  // npm puts the repository's programs on the path, so each command also works when typed.
  const { status } = spawnSync(command, { stdio: 'inherit', shell: true });
  times.push({ name, seconds: (performance.now() - start) / 1000 });
  if (status !== 0) {
    failed = name;
    break;
  }
}
process.stdout.write(`\n${timesText(times)}`);
if (failed !== null) process.stderr.write(`${failed} failed\n`);
process.exitCode = failed === null ? 0 : 1;
