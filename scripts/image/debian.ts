// The packages of Debian in the image: exactly those that debian.json records, from a mirror of this machine or from Debian.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '../release/sums.ts';
import { entriesOf } from './folder.ts';
import type { ImagePlatform } from './platforms.ts';
import type { Entry } from './tar.ts';

/** A package as it is recorded. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: 'all' | 'amd64' | 'arm64';
  /** Its path in an archive of Debian. */
  readonly filename: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** What is recorded. */
export interface DebianRecord {
  /** The release, by its name. */
  readonly suite: string;
  /** When it was recorded, as the archive of all old packages writes it. */
  readonly snapshot: string;
  readonly packages: readonly DebianPackage[];
}

export const recordFile = path.join(import.meta.dirname, 'debian.json');

export function readRecord(): DebianRecord {
  return JSON.parse(readFileSync(recordFile, 'utf8'));
}

/** The packages of a platform. */
export function packagesFor(record: DebianRecord, { architecture }: ImagePlatform): DebianPackage[] {
  return record.packages.filter((each) => each.architecture === 'all' || each.architecture === architecture);
}

/** Where packages are looked for: what apt of this machine uses, Debian, and its archive, which keeps old versions. */
export function archives({ snapshot }: Pick<DebianRecord, 'snapshot'>): string[] {
  const args = ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'];
  const { stdout } = spawnSync('apt-get', args, { encoding: 'utf8' });
  const own = [...new Set((stdout ?? '').split('\n'))].filter((address) => /\/debian(?:-security)?\/$/.test(address));
  const old = ['debian', 'debian-security'].map((each) => `https://snapshot.debian.org/archive/${each}/${snapshot}/`);
  return [...own, 'https://deb.debian.org/debian/', 'https://deb.debian.org/debian-security/', ...old];
}

/** A package in the cache, unpacked. @throws {Error} if no archive has the recorded one */
export async function unpackedPackage(found: DebianPackage, record: DebianRecord, cache: string): Promise<string> {
  const folder = path.join(cache, `${path.basename(found.filename, '.deb')}-${found.sha256.slice(0, 8)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const archive = `${folder}.deb`;
  const unfinished = `${folder}.${process.pid}`;
  try {
    writeFileSync(archive, await download(found, record));
    const { status, stderr } = spawnSync('dpkg-deb', ['-R', archive, unfinished], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`dpkg-deb failed: ${stderr}`);
    renameSync(unfinished, folder);
    return folder;
  } finally {
    for (const each of [archive, unfinished]) rmSync(each, { recursive: true, force: true });
  }
}

async function download({ filename, sha256 }: DebianPackage, record: DebianRecord): Promise<Buffer> {
  for (const archive of archives(record)) {
    const response = await fetch(new URL(filename, archive)).catch(() => null);
    if (!response?.ok) continue;
    const bytes = Buffer.from(await response.arrayBuffer());
    if (digestOf(bytes) === sha256) return bytes;
  }
  throw new Error(`no archive has ${path.basename(filename)} with the recorded digest: npm run image -- --update`);
}

/** What programs need of a package: libraries, but not what converts texts; the release; certificates; and who may copy it. */
const wanted =
  /^(?:usr\/lib\/[^/]*-linux-gnu\/[^/]+\.so(?:\.[^/]*)?|usr\/lib64\/[^/]+|usr\/lib\/ld-linux-[^/]+|usr\/lib\/os-release|usr\/share\/doc\/[^/]+\/copyright|usr\/share\/ca-certificates\/.*\.crt)$/;

/** The files of packages in the image. */
export function debianEntries(packages: readonly DebianPackage[], folders: readonly string[]): Entry[] {
  const all = folders.flatMap((folder) => entriesOf(folder, '')).filter((entry) => wanted.test(entry.path));
  const isCertificate = ({ path: file }: Entry) => file.endsWith('.crt');
  const certificates = all.filter(isCertificate).sort((a, b) => (a.path < b.path ? -1 : 1));
  const bundle = Buffer.concat(certificates.map(({ content }) => content as Uint8Array));
  const status = packages.map(({ name }, index) => {
    const control = readFileSync(path.join(folders[index] ?? '', 'DEBIAN/control'));
    // Scanners look here for packages in images without a package manager.
    return { path: `var/lib/dpkg/status.d/${name}`, mode: 0o644, content: control };
  });
  return [
    ...all.filter((entry) => !isCertificate(entry)),
    ...status,
    { path: 'etc/ssl/certs/ca-certificates.crt', mode: 0o644, content: bundle },
    { path: 'etc/os-release', mode: 0o777, content: '../usr/lib/os-release' },
  ];
}
