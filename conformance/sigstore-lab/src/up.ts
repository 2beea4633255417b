/** Starts a private Sigstore and says how to use it. */
import path from 'node:path';
import { DEFAULT_DIRECTORY, FILES, LabError, startInstance, stateOf } from './instance.ts';
import { preparePrograms } from './programs.ts';

const tell = (text: string) => void process.stderr.write(`${text}\n`);

async function up(): Promise<void> {
  if (stateOf(DEFAULT_DIRECTORY) === 'running') throw new LabError('it is running already: npm run sigstore:down');
  const programs = await preparePrograms(tell);
  if ('unavailable' in programs) throw new LabError(programs.unavailable);
  const services = await startInstance(DEFAULT_DIRECTORY, programs.files);
  const rows = [
    ...Object.entries(services),
    ...Object.entries(FILES).map(([name, file]) => [name, path.join(DEFAULT_DIRECTORY, file)] as const),
  ];
  for (const [name, value] of rows) process.stdout.write(`${name.padEnd(20)}${value}\n`);
}

try {
  await up();
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  tell(`sigstore:up: ${error.message}`);
  process.exitCode = 1;
}
