/**
 * Measures the extensions of the draft, and writes the tables of their rationale: `npm run draft:extensions`. Seconds
 * are of CPU time. What a machine does otherwise changes them, and neither bytes nor counts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { groupBytes, sideFileSize } from '../../packages/core/src/format/side-file.ts';
import { bytesHashers } from '../../packages/core/src/node/engine.ts';
import { makeSideFile } from '../../packages/core/src/side-file.ts';
import { bytesOf, LAYOUT, nodeBytes, rangesOf, totalBytes, widened } from './ranges.ts';

const RATIONALE = path.resolve(import.meta.dirname, '../../spec/v1.1/rationale');
const CASE = path.join(import.meta.dirname, 'sub-manifest-case.ts');

interface Measured {
  readonly cpuSeconds: number;
  readonly bytes: number;
  readonly peakMiB: number;
  readonly error?: string;
}

function run(name: string, folder: string, count: number): Measured {
  const args = ['--max-old-space-size=8192', CASE, name, folder, String(count)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 20 }));
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

function row(title: string, { cpuSeconds, bytes, peakMiB, error }: Measured): string {
  if (error !== undefined) return `| ${title} | \`${error}\` | | |`;
  return `| ${title} | ${megabytes(bytes)} | ${cpuSeconds.toFixed(1)} | ${peakMiB.toFixed(0)} |`;
}

function subManifestTable(most: number): string {
  const rows: string[] = [];
  for (const count of [1_000_000, 10_000_000].filter((each) => each <= most)) {
    const folder = mkdtempSync(path.join(tmpdir(), 'sub-manifests-'));
    try {
      const files = `${count.toLocaleString('en')} files`;
      if (count === 1_000_000) {
        rows.push(row(`${files}, one manifest: made`, run('flat-make', folder, count)));
        rows.push(row(`${files}, one manifest: read and checked`, run('flat-read', folder, count)));
      }
      rows.push(row(`${files}, sub-manifests: made`, run('sub-make', folder, count)));
      rows.push(row(`${files}, sub-manifests: read and checked, one after another`, run('sub-read', folder, count)));
      rows.push(row(`${files}, sub-manifests: what one directory needs`, run('sub-read-one', folder, count)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return ['| manifests of | MB | CPU seconds | peak MiB |', '|---|--:|--:|--:|', ...rows].join('\n');
}

const KIB = 1024;

function rankTable(): string {
  const total = totalBytes(LAYOUT);
  const ranges = widened(rangesOf(LAYOUT), 1);
  const share = (bytes: number) => `${((100 * bytes) / total).toFixed(1)} %`;
  const line = (how: string, read: number, aside: number, stored: number) =>
    `| ${how} | ${(read / 1e9).toFixed(1)} | ${share(read)} | ${megabytes(aside)} | ${megabytes(stored)} |`;
  const needed = bytesOf(ranges);
  const groups = [0, 4, 6, 8, 10].map((groupLog) => {
    const unit = groupBytes({ groupLog });
    const read = widened(ranges, unit);
    const size = sideFileSize({ groupLog, length: total });
    return line(`side file, groups of ${unit / KIB} KiB`, bytesOf(read), nodeBytes(read, unit, total), size);
  });
  const shards = [KIB, 4 * KIB, 16 * KIB, 64 * KIB, 1_000_000_000 / KIB].map((kib) => {
    const unit = kib * KIB;
    const title = unit === 1e9 ? '1 GB' : `${kib / KIB} MiB`;
    const descriptor = JSON.stringify({
      name: 'model-00001-of-00030.safetensors:100000000000:100001048576',
      algorithm: 'blake3',
      digest: 'f'.repeat(64),
    });
    const bundle = (Math.ceil(total / unit) * (descriptor.length + 1) * 4) / 3;
    return line(`shards of ${title}`, Math.min(total, bytesOf(widened(ranges, unit))), bundle, bundle);
  });
  return [
    `The layout has ${(total / 1e9).toFixed(0)} GB, of which one rank of ${LAYOUT.ranks} needs ${(needed / 1e9).toFixed(1)} GB.`,
    '',
    '| how | GB hashed | of the model | MB read beside it | MB of side file or bundle |',
    '|---|--:|--:|--:|--:|',
    ...groups,
    ...shards,
  ].join('\n');
}

async function rateTable(): Promise<string> {
  const bytes = Buffer.alloc(16 * KIB * KIB, 'some bytes that are not all the same');
  const seconds = async (work: () => Promise<unknown>) => {
    await work();
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  const tree = await seconds(() => makeSideFile([bytes]));
  const native = await seconds(async () => {
    const hasher = (await bytesHashers('blake3'))();
    await hasher.update(bytes);
    return hasher.digest();
  });
  const perGib = (each: number) => (each * 64).toFixed(1);
  return [
    '| to hash | CPU seconds for each GiB |',
    '|---|--:|',
    `| the tree, in TypeScript | ${perGib(tree)} |`,
    `| the digest alone, by the engine | ${perGib(native)} |`,
    `| ratio | ${(tree / native).toFixed(0)} |`,
  ].join('\n');
}

/** Replaces what is between the marks for these numbers. */
function write(page: string, name: string, text: string): void {
  const file = path.join(RATIONALE, page);
  const before = readFileSync(file, 'utf8');
  const [begin, end] = [`<!-- numbers: ${name} -->\n`, `\n<!-- /numbers -->`];
  const from = before.indexOf(begin) + begin.length;
  const until = before.indexOf(end, from);
  if (from < begin.length || until === -1) throw new Error(`${page} has no place for the numbers ${name}`);
  writeFileSync(file, `${before.slice(0, from)}\n${text}\n${before.slice(until)}`);
}

const most = Number(process.argv[2] ?? 10_000_000);
const machine = `Measured with Node ${process.version.slice(1)} on ${cpus().length} processors (${cpus()[0]?.model.trim()}).`;
write('blake3-side-file.md', 'rank', rankTable());
write('blake3-side-file.md', 'rate', `${await rateTable()}\n\n${machine}`);
write('sub-manifests.md', 'documents', `${subManifestTable(most)}\n\n${machine}`);
