/**
 * Has each tool of Sigstore write and read attestations, records who reads what, and writes the table into docs/interop.md. With
 * `--check`, it writes nothing, and fails if something differs from what is recorded.
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jobClaims, jobIdentity } from '../../../action/src/testing/model-workflows.ts';
import type { Lab } from '../../interop/src/attestations/lab.ts';
import { pinnedVersions, prepareTools } from '../../interop/src/attestations/programs.ts';
import {
  differences,
  type Found,
  readRecord,
  recordFile,
  recordText,
  withRecordedCosign,
} from '../../interop/src/attestations/record.ts';
import { tryAll } from '../../interop/src/attestations/trial.ts';
import { Workshop } from '../../interop/src/attestations/workshop.ts';
import { writeInteropPage } from '../../interop/src/matrix/page.ts';
import { fileOf, reportMissing } from '../../interop/src/needed-programs.ts';
import { readPrivateKey } from './authority.ts';
import { identityToken } from './identity.ts';
import { FILES, LabError, startInstance, stopInstance } from './instance.ts';
import { jobIssuer, jobVariables } from './oidc/jobs.ts';
import { CLIENT_ID, mintJobToken } from './oidc/tokens.ts';
import { type ProgramName, preparePrograms } from './programs.ts';
import type { Services } from './trust.ts';

/** A variable that names cosign, which takes half an hour to build. */
const COSIGN_VARIABLE = 'MODEL_SIGNING_COSIGN';

const repository = path.resolve(import.meta.dirname, '../../..');
const directory = path.join(repository, '.cache/sigstore-lab/attestations');

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
  const tools = await prepareTools(tell);
  const servers = await preparePrograms(tell);
  const needed = { ...tools, ...('unavailable' in servers && { 'private Sigstore': servers }) };
  const missing = reportMissing(needed, tell);
  // A table of some of the tools would replace that of all.
  if ('unavailable' in servers || Object.values(tools).some((each) => 'unavailable' in each))
    return missing > 0 ? 1 : 0;
  const found = await find(tools, servers.files, signal);
  return args.includes('--check') ? check(found) : write(found);
}

async function find(
  tools: Awaited<ReturnType<typeof prepareTools>>,
  servers: Readonly<Record<ProgramName, string>>,
  signal: AbortSignal,
): Promise<Found> {
  const cosign = process.env[COSIGN_VARIABLE] || null;
  using workshop = new Workshop();
  try {
    const lab = labOf(await startInstance(directory, servers, signal));
    const files = {
      'sigstore-go': fileOf(tools['sigstore-go']),
      'cosign-attest': fileOf(tools['cosign-attest']),
      '@actions/attest': fileOf(tools['@actions/attest']),
      'sigstore-python': fileOf(tools['sigstore-python']),
    };
    const rows = await tryAll(workshop, { files, cosign, lab }, tell);
    const found = { versions: pinnedVersions(), cosign: null, rows };
    if (cosign === null) return withRecordedCosign(found, readRecord());
    return { ...found, cosign: { version: await versionOfCosign(workshop, cosign), date: today() } };
  } finally {
    await stopInstance(directory);
  }
}

/** On a busy machine, many programs run before the last one signs. Seconds. */
const TOKEN_LIFETIME = 1800;

function labOf({ issuer, fulcio, rekorV1 }: Services): Lab {
  const file = (name: keyof typeof FILES) => path.join(directory, FILES[name]);
  const claims = jobClaims({});
  const ofJobs = jobIssuer(issuer);
  return {
    trustedRoot: file('trustedRoot'),
    trustConfigs: { 1: file('trustConfig'), 2: file('trustConfigV2') },
    signingConfigs: { 1: file('signingConfig'), 2: file('signingConfigV2') },
    fulcio,
    rekorV1,
    issuer,
    token: (email) => identityToken(directory, email, { lifetime: TOKEN_LIFETIME }),
    job: {
      identity: jobIdentity(claims),
      issuer: ofJobs,
      token: mintJobToken(readPrivateKey(directory, 'issuer'), ofJobs, CLIENT_ID, claims),
      variables: jobVariables(issuer, claims),
    },
  };
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
