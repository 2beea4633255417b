// Where the library and the command run: what was tried on which machine, in a table for people who choose.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const data = path.join(root, 'docs/data/runtimes.json');
const page = path.join(root, 'docs/guide/install.md');

/** What is known of a runtime or a platform. */
type State = 'run here' | 'built only' | 'untested' | 'none';

interface Row {
  readonly what: string;
  readonly version: string;
  readonly library: State;
  readonly command: State;
  readonly how: string;
}

/** What `npm run runtimes` has found. */
export interface Tried {
  readonly platform: string;
  readonly runtimes: readonly { readonly title: string; readonly version: string }[];
}

/** What other scripts try, and what nothing here can. */
const others: readonly Row[] = [
  {
    what: 'Node.js, the oldest',
    version: '22.22.2, 24.15.0',
    library: 'run here',
    command: 'run here',
    how: '`npm run floors`: all tests',
  },
  {
    what: 'Chromium, Firefox',
    version: 'current',
    library: 'run here',
    command: 'none',
    how: '`npm run browsers`: verifying only; a page has no command',
  },
  {
    what: 'Linux x64, musl',
    version: '',
    library: 'built only',
    command: 'untested',
    how: '`npm run native:elsewhere` builds the native engine for it',
  },
  {
    what: 'Linux Arm64',
    version: '',
    library: 'built only',
    command: 'untested',
    how: '`npm run native:elsewhere` builds the native engine, and hashes with it in an emulator',
  },
  {
    what: 'macOS, Windows',
    version: '',
    library: 'untested',
    command: 'untested',
    how: 'the workflow `ci.yml` tests them where the repository is hosted; the release builds their engines',
  },
];

export function recordOf(): Tried {
  return JSON.parse(readFileSync(data, 'utf8'));
}

/** The table of what was tried. */
export function tableOf({ platform, runtimes }: Tried): string {
  const tried = runtimes.map(
    ({ title, version }): Row => ({
      what: `${title}, on ${platform}`,
      version,
      library: 'run here',
      command: 'run here',
      how: '`npm run runtimes`: the program of the README, and the command signs, verifies and refuses',
    }),
  );
  const rows = [...tried, ...others].map(
    ({ what, version, library, command, how }) => `| ${what} | ${version || '–'} | ${library} | ${command} | ${how} |`,
  );
  return ['| where | version | library | command | how we know |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The table on the page. */
export function tableOnPage(): string {
  return (readFileSync(page, 'utf8').split(/<!-- \/?runtimes -->/)[1] ?? '').trim();
}

/** Records what was tried, and writes the table into the page. */
export function write(tried: Tried): void {
  writeFileSync(data, `${JSON.stringify(tried, null, 2)}\n`);
  const [before, , after] = readFileSync(page, 'utf8').split(/<!-- \/?runtimes -->/);
  writeFileSync(page, `${before}<!-- runtimes -->\n\n${tableOf(tried)}\n\n<!-- /runtimes -->${after}`);
}
