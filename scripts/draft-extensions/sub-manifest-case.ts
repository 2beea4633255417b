/**
 * One measurement of sub-manifests, in a process of its own so that its memory is its own: makes the documents of a model of so many
 * synthetic files, or reads them as a verifier does. No file of the model exists; only manifests are measured.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Warnings } from '../../packages/core/src/format/errors.ts';
import { checkManifest } from '../../packages/core/src/format/manifest/check.ts';
import type { Manifest } from '../../packages/core/src/format/manifest/manifest.ts';
import { encodeSubManifest, parseSubManifest } from '../../packages/core/src/format/manifest/sub-manifests.ts';
import { encodeStatement, parsePayload } from '../../packages/core/src/format/statement.ts';
import { draftVersion } from '../../packages/core/src/format/versions/v1.1.ts';

/** Files of one directory. */
const PER_DIRECTORY = 100_000;

const version = draftVersion([]);
const serialization = {
  method: 'files',
  hashType: 'sha256',
  shardSize: null,
  allowSymlinks: false,
  ignorePaths: [],
} as const;

/** Names of 40 characters in canonical order, with a digest that no compression shortens. */
function resourcesOf(from: number, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    path: `sample-${String(from + index).padStart(9, '0')}.with-some-usual-length`,
    digest: createHash('sha256')
      .update(String(from + index))
      .digest('hex'),
  }));
}

function measured(work: () => number): object {
  const before = process.cpuUsage();
  const bytes = work();
  const { user, system } = process.cpuUsage(before);
  return { cpuSeconds: (user + system) / 1e6, bytes, peakMiB: process.resourceUsage().maxRSS / 1024 };
}

const manifestOf = (resources: Manifest['resources']): Manifest => ({
  serialization,
  resources,
  rootDigest: version.rootDigest({ serialization, resources }),
  draft: '1.1',
});

const file = (folder: string, index: number) => path.join(folder, `${index}.json`);

const cases: Readonly<Record<string, (folder: string, count: number) => number>> = {
  'flat-make': (folder, count) => {
    const bytes = encodeStatement('model', manifestOf(resourcesOf(0, count)), version);
    writeFileSync(file(folder, 0), bytes);
    return bytes.length;
  },
  'flat-read': (folder) => {
    const bytes = readFileSync(file(folder, 0));
    const { manifest } = version.readStatement(parsePayload(bytes), new Warnings());
    checkManifest(manifest, version, new Warnings());
    return bytes.length;
  },
  'sub-make': (folder, count) => {
    let bytes = 0;
    for (let from = 0; from < count; from += PER_DIRECTORY) {
      const document = encodeSubManifest(manifestOf(resourcesOf(from, Math.min(PER_DIRECTORY, count - from))));
      writeFileSync(file(folder, from / PER_DIRECTORY), document);
      bytes += document.length;
    }
    return bytes;
  },
  'sub-read': (folder, count) => {
    let bytes = 0;
    for (let from = 0; from < count; from += PER_DIRECTORY) {
      const document = readFileSync(file(folder, from / PER_DIRECTORY));
      createHash('sha256').update(document).digest('hex');
      parseSubManifest(document, `part-${from}`, manifestOf([]), version, new Warnings());
      bytes += document.length;
    }
    return bytes;
  },
  'sub-read-one': (folder) => {
    const document = readFileSync(file(folder, 0));
    createHash('sha256').update(document).digest('hex');
    parseSubManifest(document, 'part-0', manifestOf([]), version, new Warnings());
    return document.length;
  },
};

const [name = '', folder = '', count = ''] = process.argv.slice(2);
try {
  process.stdout.write(JSON.stringify(measured(() => (cases[name] as (typeof cases)[string])(folder, Number(count)))));
} catch (error) {
  process.stdout.write(JSON.stringify({ error: (error as { code?: string }).code ?? String(error) }));
}
