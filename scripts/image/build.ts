// Makes the container image and its bill of materials.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { imageBill } from './bill.ts';
import { type OwnPackages, ownPackages, releasedPackages } from './command.ts';
import { contentFor, type ImageContent } from './contents.ts';
import { readRecord } from './debian.ts';
import { type ImageAbout, type WrittenLayout, writeLayout } from './layout.ts';
import { readLock, run } from './locked.ts';
import { imagePlatforms } from './platforms.ts';

export interface BuildOptions {
  /** The checkout. */
  readonly root: string;
  /** Where the layout, the index and the bill go. */
  readonly output: string;
  /** The folder of a release's tarballs; without it, the checkout is packed. */
  readonly tarballs: string | null;
}

export interface BuiltImage extends WrittenLayout {
  readonly version: string;
  /** The folder of the layout. */
  readonly layout: string;
  /** The index as registries serve it, and the bill of materials: what a release signs. */
  readonly indexFile: string;
  readonly billFile: string;
  readonly contents: readonly ImageContent[];
}

/** The name of the image's files among those of a release. */
function imageName(version: string): string {
  return `model-signing-image-${version}`;
}

export async function buildImage({ root, output, tarballs }: BuildOptions): Promise<BuiltImage> {
  const cache = path.join(root, '.cache/image');
  const work = path.join(cache, tarballs === null ? 'packed-here' : 'released');
  rmSync(work, { recursive: true, force: true });
  const own = tarballs === null ? ownPackages(root, work) : releasedPackages(root, tarballs, work);
  const sources = { record: readRecord(), lock: readLock(root), own, cache };
  const contents: ImageContent[] = [];
  for (const platform of imagePlatforms) contents.push(await contentFor(platform, sources));
  const { version } = own;
  mkdirSync(output, { recursive: true });
  const layout = path.join(output, 'layout');
  const written = await writeLayout(layout, contents, aboutIt(root, own), path.join(cache, 'packed'));
  const [indexFile, billFile] = ['json', 'cdx.json'].map((ending) =>
    path.join(output, `${imageName(version)}.${ending}`),
  ) as [string, string];
  for (const file of [indexFile, billFile]) rmSync(file, { force: true });
  writeFileSync(indexFile, readFileSync(path.join(layout, 'blobs', ...written.index.digest.split(':'))));
  writeFileSync(billFile, imageBill(contents, written, sources.record, version));
  return { ...written, version, layout, indexFile, billFile, contents };
}

function aboutIt(root: string, { version, command }: OwnPackages): ImageAbout {
  const git = (...args: string[]) => run('git', args, root).trim();
  const { description, license, repository, homepage } = JSON.parse(
    readFileSync(path.join(command, 'package.json'), 'utf8'),
  );
  // A checkout does not know its address; a release does.
  const source = typeof repository?.url === 'string' ? { source: repository.url.replace(/^git\+|\.git$/g, '') } : {};
  return {
    version,
    created: new Date(Number(git('log', '-1', '--format=%ct')) * 1000).toISOString().replace('.000Z', 'Z'),
    labels: {
      title: 'model-signing',
      description,
      licenses: license,
      revision: git('rev-parse', 'HEAD'),
      ...source,
      ...(typeof homepage === 'string' ? { documentation: homepage } : {}),
    },
  };
}
