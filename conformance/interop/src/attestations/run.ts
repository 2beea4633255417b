/**
 * Has each tool of Sigstore write and read attestations, records who reads what, and writes the table into docs/interop.md. With
 * `--check`, it writes nothing, and fails if something differs from what is recorded.
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LabError, startInstance, stopInstance } from '../../../sigstore-lab/src/instance.ts';
import { writeInteropPage } from '../matrix/page.ts';
import { fileOf, reportMissing } from '../needed-programs.ts';
import { type Prepared, pinnedVersions, preparePrograms } from './programs.ts';
import { differences, type Found, readRecord, recordFile, recordText, withRecordedCosign } from './record.ts';
import { type Tools, tryAll } from './trial.ts';
import { Workshop } from './workshop.ts';

/** A variable that names cosign, which takes half an hour to build. */
const COSIGN_VARIABLE = 'MODEL_SIGNING_COSIGN';

const repository = path.resolve(import.meta.dirname, '../../../..');
const lab = path.join(repository, '.cache/sigstore-lab/attestations');

const tell = (text: string) => void process.stderr.write(`${text}\n`);

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined) {
    tell(`unknown flag ${JSON.stringify(unknown)}; usage: npm run attestations [-- --check]`);
    return 2;
  }
  if (!existsSync(path.join(repository, 'packages/cli/dist/main.cjs'))) {
    tell('The command line of this repository is not built: run "npm run build" first.');
    return 1;
  }
  const { programs, servers } = await preparePrograms(tell);
  const needed = { ...programs, ...('unavailable' in servers && { 'private Sigstore': servers }) };
  const missing = reportMissing(needed, tell);
  // A table of some of the tools would replace that of all.
  if (Object.values(needed).some((each) => 'unavailable' in each)) return missing > 0 ? 1 : 0;
  const found = await find({ programs, servers }, signal);
  return args.includes('--check') ? check(found) : write(found);
}

async function find({ programs, servers }: Prepared, signal: AbortSignal): Promise<Found> {
  if ('unavailable' in servers) throw new Error(servers.unavailable);
  const cosign = process.env[COSIGN_VARIABLE] || null;
  using workshop = new Workshop();
  try {
    await startInstance(lab, servers.files, signal);
    const files = {
      'sigstore-go': fileOf(programs['sigstore-go']),
      'cosign-attest': fileOf(programs['cosign-attest']),
      '@actions/attest': fileOf(programs['@actions/attest']),
      'sigstore-python': fileOf(programs['sigstore-python']),
    };
    const rows = await tryAll(workshop, { files, cosign, lab } satisfies Tools, tell);
    const found = { versions: pinnedVersions(), cosign: null, rows };
    if (cosign === null) return withRecordedCosign(found, readRecord());
    return { ...found, cosign: { version: await versionOfCosign(workshop, cosign), date: today() } };
  } finally {
    await stopInstance(lab);
  }
}

async function versionOfCosign(workshop: Workshop, cosign: string): Promise<string> {
  const printed = await workshop.succeed([cosign, 'version', '--json']);
  return JSON.parse(printed.slice(printed.indexOf('{'))).gitVersion;
}

const today = () => new Date().toISOString().slice(0, 10);

function check(found: Found): number {
  const changes = differences(readRecord(), found);
  process.stdout.write([...changes, `${changes.length} differences from docs/data/attestations.json`, ''].join('\n'));
  if (changes.length > 0) tell('to record what was found, run npm run attestations');
  return changes.length === 0 ? 0 : 1;
}

function write(found: Found): number {
  const changes = differences(readRecord(), found);
  writeFileSync(recordFile, recordText(found));
  writeInteropPage();
  process.stdout.write([...changes, `${found.rows.length} rows in docs/data/attestations.json`, ''].join('\n'));
  return 0;
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

try {
  process.exitCode = await main(process.argv.slice(2), interruption.signal);
} catch (error) {
  if (!interruption.signal.aborted && !(error instanceof LabError)) throw error;
  tell(interruption.signal.aborted ? 'interrupted' : (error as Error).message);
  process.exitCode = interruption.signal.aborted ? 130 : 1;
}
