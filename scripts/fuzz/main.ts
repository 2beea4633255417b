// Fuzzes what parses untrusted input. `npm run fuzz -- --help` says how to call it.
import path from 'node:path';
import { runCommand } from './command.ts';
import { slow, targets } from './targets.ts';

try {
  process.exitCode = await runCommand(process.argv.slice(2), {
    registry: new URL('./targets.ts', import.meta.url),
    targets,
    slow,
    findings: path.join(import.meta.dirname, 'findings'),
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 3;
}
