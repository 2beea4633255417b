// `npm run image -- --update` records the newest versions of the packages of Debian. Apt checks the signatures of the lists.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { archives, type DebianPackage, type DebianRecord, recordFile } from './debian.ts';
import { imagePlatforms } from './platforms.ts';

const SUITE = 'trixie';

/** What Node links, the certificates of authorities, and what says which release of Debian this is. */
const NAMES = ['base-files', 'ca-certificates', 'gcc-14-base', 'libatomic1', 'libc6', 'libgcc-s1', 'libstdc++6'];

/** @returns how many packages are recorded. @throws {Error} if apt fails, or a package is missing */
export function updateRecord(): number {
  const now = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const found = imagePlatforms.flatMap(({ architecture }) => candidates(architecture, now));
  const packages = [...new Map(found.map((each) => [each.filename, each])).values()];
  packages.sort((a, b) => (a.filename < b.filename ? -1 : 1));
  const record: DebianRecord = { suite: SUITE, snapshot: now, packages };
  writeFileSync(recordFile, `${JSON.stringify(record, null, 2)}\n`);
  return packages.length;
}

/** The newest version of each package, from lists that apt fetches into a folder of their own. */
function candidates(architecture: string, snapshot: string): DebianPackage[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-apt-'));
  try {
    for (const each of ['lists/partial', 'cache/archives/partial'])
      mkdirSync(path.join(folder, each), { recursive: true });
    writeFileSync(path.join(folder, 'status'), '');
    writeFileSync(path.join(folder, 'sources'), sourcesFor(archives({ snapshot })));
    const settings = {
      'Dir::Etc::sourcelist': path.join(folder, 'sources'),
      'Dir::Etc::sourceparts': '-',
      'Dir::State::lists': path.join(folder, 'lists'),
      'Dir::State::status': path.join(folder, 'status'),
      'Dir::Cache': path.join(folder, 'cache'),
      'APT::Architecture': architecture,
      'APT::Architectures': architecture,
      'APT::Sandbox::User': 'root',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    run('apt-get', [...flags, 'update', '-qq']);
    const shown = run('apt-cache', [...flags, 'show', '--no-all-versions', ...NAMES]);
    return NAMES.map((name) => packageIn(shown, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first archive and the first one for fixes of security, in the form of sources.list. */
function sourcesFor(addresses: readonly string[]): string {
  const keys = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]';
  const main = addresses.find((each) => each.endsWith('/debian/'));
  const security = addresses.find((each) => each.endsWith('/debian-security/'));
  return [
    `deb ${keys} ${main} ${SUITE} main`,
    `deb ${keys} ${main} ${SUITE}-updates main`,
    `deb ${keys} ${security} ${SUITE}-security main\n`,
  ].join('\n');
}

function packageIn(shown: string, name: string): DebianPackage {
  const text = shown.split('\n\n').find((each) => each.startsWith(`Package: ${name}\n`));
  const field = (label: string) => new RegExp(`^${label}: (.*)$`, 'm').exec(text ?? '')?.[1];
  const [version, architecture, filename, sha256] = ['Version', 'Architecture', 'Filename', 'SHA256'].map(field);
  if (!version || !architecture || !filename || !sha256) throw new Error(`apt knows no package ${name}`);
  return { name, version, architecture: architecture as DebianPackage['architecture'], filename, sha256 };
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64e6 });
  if (error || status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  return stdout;
}
