/** Starts a private Sigstore and says how to use it. */
import path from 'node:path';
import { DEFAULT_DIRECTORY, FILES, LabError, startInstance, stateOf } from './instance.ts';
import { preparePrograms } from './programs.ts';

const tell = (text: string) => void process.stderr.write(`${text}\n`);

async function up(signal: AbortSignal): Promise<void> {
  if (stateOf(DEFAULT_DIRECTORY) === 'running') throw new LabError('it is running already: npm run sigstore:down');
  const programs = await preparePrograms(tell);
  if ('unavailable' in programs) throw new LabError(programs.unavailable);
  const services = await startInstance(DEFAULT_DIRECTORY, programs.files, signal);
  const rows = [
    ...Object.entries(services),
    ...Object.entries(FILES).map(([name, file]) => [name, path.join(DEFAULT_DIRECTORY, file)] as const),
  ];
  process.stdout.write(rows.map(([name, value]) => `${name.padEnd(20)}${value}\n`).join(''));
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

try {
  await up(interruption.signal);
} catch (error) {
  if (!interruption.signal.aborted && !(error instanceof LabError)) throw error;
  tell(interruption.signal.aborted ? 'interrupted' : `sigstore:up: ${(error as Error).message}`);
  process.exitCode = interruption.signal.aborted ? 130 : 1;
}
