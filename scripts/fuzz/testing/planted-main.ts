// The command with targets that have planted defects. Its first argument is the folder for findings.
import { runCommand } from '../command.ts';
import { targets } from './planted.ts';

const [findings = '', ...argv] = process.argv.slice(2);
const registry = new URL('./planted.ts', import.meta.url);
process.exitCode = await runCommand(argv, { registry, targets, slow: new Set(), findings });
