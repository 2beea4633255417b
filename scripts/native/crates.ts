// `npm run native:crates`: writes which crates are compiled into the native engine, and the texts of their licences; with `--check`, it
// only compares. Both lists are committed, so that packing needs no cargo.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chosenLicence, licenceText, OURS } from './licences.ts';
import { platforms } from './platforms.ts';

const crate = path.resolve(import.meta.dirname, '../../packages/native/crate');

/** Which crates are compiled into the engine, and for which platforms. */
export const listFile = path.join(crate, 'linked-crates.json');

/** The texts of the licences of all that is compiled into the engine. */
export const noticesFile = path.join(crate, 'THIRD-PARTY-LICENSES.txt');

/** A crate that is compiled into the engine. */
export interface LinkedCrate {
  readonly name: string;
  readonly version: string;
  /** The one under which it is used. */
  readonly license: string;
  /** SHA-256 of the published crate, in hexadecimal. */
  readonly checksum: string;
  /** The names of the platforms for which it is compiled in. */
  readonly platforms: readonly string[];
}

/** The crates that are compiled into the engine of a platform. */
export function linkedCrates(platform: string): LinkedCrate[] {
  const all: LinkedCrate[] = JSON.parse(readFileSync(listFile, 'utf8'));
  return all.filter(({ platforms: those }) => those.includes(platform));
}

/** The members of `cargo metadata` that are read here. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string | null;
  readonly authors: readonly string[];
  readonly manifest_path: string;
}

function cargo(...args: string[]): string {
  const { error, status, stdout, stderr } = spawnSync('cargo', args, {
    cwd: crate,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw new Error(`cargo cannot be run (${error.message}): install Rust, from https://rustup.rs`);
  if (status !== 0) throw new Error(`cargo ${args[0]} failed: ${stderr.trim()}`);
  return stdout;
}

/** The crates that the library of a target is made of, as `name version`. What only runs while it is built is not part of it. */
function crateNames(target: string): string[] {
  const flags = ['--locked', '--edges', 'normal,no-proc-macro', '--prefix', 'none', '--format', '{p}'];
  const lines = cargo('tree', ...flags, '--target', target)
    .split('\n')
    .filter(Boolean);
  return [...new Set(lines.map((line) => line.split(' ').slice(0, 2).join(' ').replace(' v', ' ')))].slice(1);
}

/** The checksum of each crate, by `name version`. */
function checksums(): Map<string, string> {
  const entry = /name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "([0-9a-f]{64})"/g;
  const lock = readFileSync(path.join(crate, 'Cargo.lock'), 'utf8');
  return new Map([...lock.matchAll(entry)].map(([, name, version, sum = '']) => [`${name} ${version}`, sum]));
}

/** What has to be in the two files. */
function makeLists(): { readonly list: string; readonly notices: string } {
  const packages: Package[] = JSON.parse(cargo('metadata', '--locked', '--format-version', '1')).packages;
  const platformsOf = new Map<string, string[]>();
  for (const { name, target } of platforms) {
    for (const each of crateNames(target)) platformsOf.set(each, [...(platformsOf.get(each) ?? []), name]);
  }
  const sums = checksums();
  const texts = new Map<string, string[]>();
  const list = [...platformsOf].sort().map(([id, those]): LinkedCrate => {
    const found = packages.find(({ name, version }) => id === `${name} ${version}`);
    const checksum = sums.get(id);
    if (!found || checksum === undefined) throw new Error(`${id} is not in the lock file`);
    const license = chosenLicence(id, found.license);
    const text = license === OURS ? OURS : licenceText(path.dirname(found.manifest_path), license, found.authors);
    texts.set(text, [...(texts.get(text) ?? []), `${id} (${license})`]);
    return { name: found.name, version: found.version, license, checksum, platforms: those };
  });
  return { list: listText(list), notices: noticesText(texts) };
}

/** One crate on each line, so that a change of one is a change of one line. */
export function listText(list: readonly LinkedCrate[]): string {
  return `[\n${list.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n]\n`;
}

const RULE = '-'.repeat(80);

function noticesText(texts: ReadonlyMap<string, readonly string[]>): string {
  const head = `The compiled engine contains code of the crates below, and of the standard library of Rust
(https://www.rust-lang.org, MIT or Apache-2.0, copyright The Rust Project Contributors).
The text of Apache-2.0 is in the file LICENSE.
`;
  const parts = [...texts].map(([text, crates]) => {
    const names = crates.join('\n');
    return text === OURS ? `${names}\n` : `${names}\n\n${text}\n`;
  });
  return [head, ...parts].join(`\n${RULE}\n\n`);
}

function main(isCheck: boolean): void {
  const { list, notices } = makeLists();
  const files = [[listFile, list] as const, [noticesFile, notices] as const];
  const changed = files.filter(([file, text]) => readFileSync(file, 'utf8') !== text);
  if (isCheck) {
    for (const [file] of changed)
      console.error(`error: ${path.relative('', file)} is not what Cargo.lock says: npm run native:crates writes it`);
    process.exitCode = changed.length === 0 ? 0 : 1;
    return;
  }
  for (const [file, text] of changed) writeFileSync(file, text);
  console.log(`${changed.length} of ${files.length} lists changed`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    main(process.argv.includes('--check'));
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
