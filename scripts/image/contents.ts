// What is in the image of one platform, in three layers: what changes least is the lowest, so that a new version of the command is a
// small download.
import path from 'node:path';
import { packageName } from '../release/engines.ts';
import type { OwnPackages } from './command.ts';
import { type DebianPackage, type DebianRecord, debianEntries, packagesFor, unpackedPackage } from './debian.ts';
import { entriesOf } from './folder.ts';
import { type Lock, type LockedPackage, neededPackages, nodePackage, unpackedPackages } from './locked.ts';
import type { ImagePlatform } from './platforms.ts';
import type { Entry } from './tar.ts';

/** The user that the command runs as, who owns nothing except a home and is in no other group. */
export const USER = 65532;

/** The place of the command, as `npm install --global` has it. */
const COMMAND = 'usr/local/lib/node_modules/@model-signing/cli';

/** A layer, before it is packed. */
export interface LayerContent {
  /** What the history of the image calls it. */
  readonly title: string;
  readonly entries: readonly Entry[];
}

export interface ImageContent {
  readonly platform: ImagePlatform;
  readonly layers: readonly LayerContent[];
  readonly debian: readonly DebianPackage[];
  readonly npm: readonly LockedPackage[];
  readonly hasEngine: boolean;
}

export interface ContentSources {
  readonly record: DebianRecord;
  readonly lock: Lock;
  readonly own: OwnPackages;
  readonly cache: string;
}

export async function contentFor(platform: ImagePlatform, sources: ContentSources): Promise<ImageContent> {
  const { record, lock, own, cache } = sources;
  const debian = packagesFor(record, platform);
  const folders: string[] = [];
  for (const each of debian) folders.push(await unpackedPackage(each, record, path.join(cache, 'debian')));
  const node = nodePackage(lock, platform);
  const npm = neededPackages(lock, platform);
  const [nodeFolder = '', ...npmFolders] = unpackedPackages([node, ...npm], path.join(cache, 'npm'));
  const engine = own.engines.get(platform.engine.name);
  const command = [
    ...entriesOf(own.command, COMMAND),
    ...npm.flatMap(({ place }, index) => entriesOf(npmFolders[index] ?? '', `${COMMAND}/${place}`)),
    ...(engine === undefined ? [] : entriesOf(engine, `${COMMAND}/node_modules/${packageName(platform.engine)}`)),
    ...launcher,
  ];
  return {
    platform,
    layers: [
      {
        title: `Debian: ${debian.map(({ name }) => name).join(', ')}`,
        entries: [...base(platform), ...debianEntries(debian, folders)],
      },
      { title: `Node.js ${node.version}`, entries: nodeEntries(nodeFolder) },
      { title: `model-signing ${own.version}`, entries: command },
    ],
    debian,
    npm: [node, ...npm],
    hasEngine: engine !== undefined,
  };
}

/** Users, a home, a place for temporary files, and the links by which programs find libraries. */
function base({ architecture }: ImagePlatform): Entry[] {
  const text = (file: string, content: string): Entry => ({ path: file, mode: 0o644, content: Buffer.from(content) });
  return [
    { path: 'lib', mode: 0o777, content: 'usr/lib' },
    ...(architecture === 'amd64' ? [{ path: 'lib64', mode: 0o777, content: 'usr/lib64' }] : []),
    text('etc/passwd', `root:x:0:0:root:/:/sbin/nologin\nnonroot:x:${USER}:${USER}:nonroot:/nonroot:/sbin/nologin\n`),
    text('etc/group', `root:x:0:\nnonroot:x:${USER}:\n`),
    text('etc/nsswitch.conf', 'hosts: files dns\n'),
    { path: 'nonroot', mode: 0o700, content: null, owner: USER },
    { path: 'tmp', mode: 0o1777, content: null },
  ];
}

function nodeEntries(folder: string): Entry[] {
  const all = entriesOf(folder, '');
  const [program, licence] = ['bin/node', 'LICENSE'].map((name) => all.find((entry) => entry.path === name));
  if (!program || !licence) throw new Error(`${path.basename(folder)} has not the files of Node`);
  return [
    { ...program, path: 'usr/local/bin/node', mode: 0o755 },
    { ...licence, path: 'usr/local/share/doc/node/LICENSE' },
  ];
}

/** Starts the command without a shell and without `env`, by both of its names: the operator for clusters calls the second. */
const launcher: readonly Entry[] = [
  {
    path: 'usr/local/bin/model-signing',
    mode: 0o755,
    content: Buffer.from(`#!/usr/local/bin/node\nrequire('/${COMMAND}/bin/model-signing.js');\n`),
  },
  { path: 'usr/local/bin/model_signing', mode: 0o777, content: 'model-signing' },
];
