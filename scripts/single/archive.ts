// What a release has of a program in one file: an archive with the licences, and a bill of materials.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readLock } from '../image/locked.ts';
import { tarOf } from '../image/tar.ts';
import { nodePackages, pinnedNode } from '../node-packages.ts';
import { billOf, component, crateComponents, npmComponent } from '../release/made-bill.ts';
import { digestOf, writeSums } from '../release/sums.ts';
import type { BuiltProgram } from './build.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The program's files among those of a release, without their endings. */
function archiveName(version: string, platform = `${process.platform}-${process.arch}`): string {
  return `model-signing-${version}-${platform}`;
}

/** Writes the archive, the bill and the list of their digests into a folder. @returns the digest of the list */
export function writeArchive({ file, licences, parts, packages }: BuiltProgram, folder: string): string {
  const name = archiveName(parts.version);
  mkdirSync(folder, { recursive: true });
  const archive = tarOf([
    { path: `${name}/${path.basename(file)}`, mode: 0o755, content: readFileSync(file) },
    { path: `${name}/${path.basename(licences)}`, mode: 0o644, content: readFileSync(licences) },
  ]);
  const packed = gzipSync(archive);
  writeFileSync(path.join(folder, `${name}.tar.gz`), packed);
  const whole = component(
    {
      type: 'application',
      name: 'model-signing',
      version: parts.version,
      purl: `pkg:generic/${name}@${parts.version}`,
    },
    { alg: 'SHA-256', content: digestOf(packed) },
  );
  const lock = readLock(root);
  const node = `node_modules/${nodePackages[`${process.platform}-${process.arch}`]}`;
  const npm = [node, ...packages].map((place) =>
    npmComponent(
      place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
      lock[place]?.version ?? pinnedNode(),
      lock[place]?.integrity,
    ),
  );
  const crates = parts.engine === null ? [] : crateComponents(parts.engine);
  const bill = billOf(whole, [npmComponent('@model-signing/cli', parts.version), ...npm, ...crates]);
  writeFileSync(path.join(folder, `${name}.cdx.json`), bill);
  return writeSums(folder);
}
