/**
 * `npm run bench:million`: signs and verifies models of a million small files with each engine, and reports the peak memory and the
 * processor time of each process. With `--write`, the table goes into the guide.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { testKey } from '../../../../packages/testing/src/forge.ts';
import { measure, type Run } from '../../../suite/src/bench/measure.ts';
import { repository } from '../subjects.ts';

const command = path.join(repository, 'packages/cli/bin/model-signing.js');
const page = path.join(repository, 'docs/guide/large-models.md');

/** The most that signing or verifying a million files may take. */
const TARGET_BYTES = 700e6;

const FILES_PER_FOLDER = 1000;

/** Names of so many characters, and the beginnings that give them. */
const SHAPES = [
  { characters: 20, folder: 'd', file: 'f' },
  { characters: 60, folder: 'a-folder-with-a-longer-name-', file: 'sample-named-a' },
] as const;

function nameOf(
  { folder, file }: (typeof SHAPES)[number],
  index: number,
): { readonly folder: string; readonly file: string } {
  const number = (value: number, digits: number) => String(value).padStart(digits, '0');
  return { folder: folder + number(Math.floor(index / FILES_PER_FOLDER), 5), file: `${file}${number(index, 7)}.json` };
}

/** Makes a model of files of four bytes. */
function makeModel(root: string, shape: (typeof SHAPES)[number], files: number): void {
  for (let index = 0; index < files; index++) {
    const { folder, file } = nameOf(shape, index);
    const directory = path.join(root, folder);
    if (index % FILES_PER_FOLDER === 0) mkdirSync(directory, { recursive: true });
    const descriptor = openSync(path.join(directory, file), 'wx');
    writeSync(descriptor, String(index % 10_000).padStart(4, '0'));
    closeSync(descriptor);
  }
}

interface Row extends Run {
  readonly characters: number;
  readonly engine: string;
  readonly verb: string;
}

async function measureShape(root: string, shape: (typeof SHAPES)[number], files: number): Promise<Row[]> {
  const at = (name: string) => path.join(root, name);
  const key = testKey();
  writeFileSync(at('key.pem'), key.privateKey, { mode: 0o600 });
  writeFileSync(at('key.pub.pem'), key.publicKey);
  makeModel(at('model'), shape, files);
  const keys = { sign: ['--private-key', at('key.pem')], verify: ['--public-key', at('key.pub.pem')] };
  const rows: Row[] = [];
  for (const engine of ['native', 'node']) {
    for (const verb of ['sign', 'verify'] as const) {
      const flags = ['--signature', at('model.sig'), '--engine', engine, ...keys[verb]];
      const argv = [process.execPath, command, verb, 'key', at('model'), ...flags] as const;
      const run = await measure(argv, { python: 'python3', cwd: root, signal: new AbortController().signal });
      rows.push({ ...run, characters: shape.characters, engine, verb });
    }
  }
  return rows;
}

function tableOf(rows: readonly Row[], files: number): string {
  const lines = rows.map(({ characters, engine, verb, peakMemory, userSeconds, systemSeconds }) => {
    const megabytes = ((peakMemory ?? 0) / 1e6).toFixed(0);
    const seconds = ((userSeconds ?? 0) + (systemSeconds ?? 0)).toFixed(1);
    return `| ${characters} characters | \`${verb}\` | ${engine} | ${megabytes} MB | ${seconds} s |`;
  });
  return [
    `${files.toLocaleString('en-US')} files of 4 bytes in folders of ${FILES_PER_FOLDER.toLocaleString('en-US')}:`,
    '',
    '| names of | command | engine | most memory | processor time |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function writeTable(table: string): void {
  const [before, , after] = readFileSync(page, 'utf8').split(/<!-- \/?million -->/);
  if (before === undefined || after === undefined) throw new Error('the guide has no place for the table');
  writeFileSync(page, `${before}<!-- million -->\n\n${table}\n\n<!-- /million -->${after}`);
}

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000000' },
    folder: { type: 'string', default: tmpdir() },
    write: { type: 'boolean', default: false },
  },
});
const files = Number(values.files);
if (!Number.isSafeInteger(files) || files < 1 || files > 1_000_000) throw new Error('--files takes 1 to 1000000');
if (values.write && files !== 1_000_000) throw new Error('--write is for a million files');
const rows: Row[] = [];
for (const shape of SHAPES) {
  const root = mkdtempSync(path.join(values.folder, 'bench-million-'));
  try {
    rows.push(...(await measureShape(root, shape, files)));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
const table = tableOf(rows, files);
process.stdout.write(`${table}\n`);
if (values.write) writeTable(table);
if (rows.some(({ peakMemory }) => (peakMemory ?? 0) > TARGET_BYTES)) {
  process.stderr.write(`more than ${TARGET_BYTES / 1e6} MB\n`);
  process.exitCode = 1;
}
