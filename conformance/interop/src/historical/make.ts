/**
 * Makes the historical bundles: installs each old release of the Python package `model-signing` into its own virtual
 * environment and lets it sign the models in `conformance/interop/historical/models`. It makes new keys and certificates
 * first, and does not keep the private keys.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { programOf } from '../peer/python-environment.ts';
import { bundleName, type Release, releases, type Sample } from './releases.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const interop = path.resolve(here, '../..');
const data = path.join(interop, 'historical');
const cache = path.resolve(interop, '../../.cache');

function environmentOf({ version, constraints }: Release): string {
  const directory = path.join(cache, `python-historical-${version}`);
  const python = programOf(directory, 'python');
  if (spawnSync(python, ['-c', 'import model_signing']).status === 0) return directory;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  expectSuccess(`a virtual environment for ${version}`, run('python3', ['-m', 'venv', directory], cache));
  const pins = readFileSync(path.join(interop, constraints), 'utf8').split('\n');
  // Packages that the early releases import but do not require.
  const undeclared = pins.filter((pin) => /^(pyOpenSSL|certifi|sigstore|sigstore-protobuf-specs)==/.test(pin));
  const others = pins.filter((pin) => pin !== '' && !pin.startsWith('model-signing=='));
  const constraintsFile = path.join(directory, 'constraints.txt');
  writeLines(constraintsFile, others);
  const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--constraint', constraintsFile];
  const install = ['-m', 'pip', 'install', ...options, `model-signing==${version}`, ...undeclared];
  expectSuccess(`the packages of ${version}`, run(python, install, cache));
  return directory;
}

/** Signs in `place`, in which the models and keys have the same names on every machine. */
function signSample(release: Release, environment: string, sample: Sample, place: string): void {
  const { curve, method, model, shardSize } = sample;
  const chain = ['--certificate_chain', `${curve}.intermediate.pem`, '--certificate_chain', `${curve}.root.pem`];
  const material = [
    ...['--signature', 'model.sig', '--private_key', `${curve}.key.pem`],
    ...(method === 'certificate' ? ['--signing_certificate', `${curve}.leaf.pem`, ...chain] : []),
  ];
  const byCommand = release.hasCommand && shardSize === undefined;
  const shards = shardSize === undefined ? [] : ['--shard-size', String(shardSize)];
  const outcome = byCommand
    ? run(programOf(environment, 'model_signing'), ['sign', method, model, ...material], place)
    : run(programOf(environment, 'python'), [path.join(here, 'sign.py'), model, ...material, ...shards], place);

  const what = `${release.version} ${bundleName(sample)}`;
  const made = path.join(place, 'model.sig');
  if (sample.fails) {
    if (existsSync(made) || !sample.fails.test(said(outcome))) throw new Error(`${what} did not fail as expected`);
    process.stdout.write(`${what}: cannot be made, as expected\n`);
    return;
  }
  if (!existsSync(made)) throw new Error(`${what} was not made: ${said(outcome)}`);
  checkNeutral(what, readFileSync(made, 'utf8'));
  const folder = path.join(data, 'bundles', release.version);
  mkdirSync(folder, { recursive: true });
  cpSync(made, path.join(folder, bundleName(sample)));
  rmSync(made);
  process.stdout.write(`${what}\n`);
}

/** Checks that a bundle contains no name of the machine, its folders or its user. The rest of a bundle is Base64. */
function checkNeutral(what: string, bundle: string): void {
  const payload = Buffer.from(JSON.parse(bundle).dsseEnvelope.payload, 'base64').toString();
  const names = [hostname(), userInfo().username, homedir(), tmpdir(), interop].filter((name) => name.length > 1);
  const words = new Set(payload.split(/[^\p{L}\p{N}_./-]+/u));
  const found = names.find((name) => words.has(name)) ?? [...words].find((word) => /^\/(?!\/)/.test(word));
  if (found !== undefined) throw new Error(`${what} contains ${found}`);
}

function run(program: string, args: readonly string[], cwd: string): SpawnSyncReturns<string> {
  const env = { ...process.env, PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1' };
  return spawnSync(program, args, { cwd, env, encoding: 'utf8' });
}

function expectSuccess(what: string, outcome: SpawnSyncReturns<string>): void {
  if (outcome.status !== 0) throw new Error(`${what} cannot be made: ${said(outcome)}`);
}

function said({ error, stdout, stderr }: SpawnSyncReturns<string>): string {
  return error?.message ?? `${stdout ?? ''}${stderr ?? ''}`.trim();
}

function writeLines(file: string, lines: readonly string[]): void {
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
}

const place = mkdtempSync(path.join(tmpdir(), 'model-signing-historical-'));
try {
  const environments = new Map(releases.map((release) => [release, environmentOf(release)]));
  const [newest] = [...environments.values()].slice(-1);
  const keyMaker = programOf(newest as string, 'python');
  expectSuccess('the test keys', run(keyMaker, [path.join(here, 'make_keys.py'), place], place));
  const kept = readdirSync(place).filter((name) => !name.endsWith('.key.pem'));
  cpSync(path.join(data, 'models'), place, { recursive: true });

  for (const folder of ['bundles', 'keys']) rmSync(path.join(data, folder), { recursive: true, force: true });
  for (const name of kept) cpSync(path.join(place, name), path.join(data, 'keys', name));
  for (const [release, environment] of environments) {
    for (const sample of release.samples) signSample(release, environment, sample, place);
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
