// `npm run check`: what has to be green before a commit, part by part until one is not, and how long each took.
import { spawnSync } from 'node:child_process';
import { parts, timesText } from './check-parts.ts';

const times: { readonly name: string; readonly seconds: number }[] = [];
let failed: string | null = null;
for (const { name, command } of parts) {
  const start = performance.now();
  // npm puts the programs of the repository on the path, and each part is one that can be typed.
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
