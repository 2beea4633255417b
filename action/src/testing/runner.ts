import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import type { Verb } from '../inputs.ts';

const actions = path.resolve(import.meta.dirname, '../..');

/** A command to the runner: `::error file=a::text`. */
export interface RunnerCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What a runner has after a step. */
export interface Step {
  readonly code: number | null;
  /** All that was printed, as it was. */
  readonly log: string;
  /** The commands that the runner obeys, in their order. */
  readonly commands: readonly RunnerCommand[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** The environment of a test, without what a real runner of these tests would set. */
const machine = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(?:GITHUB_|ACTIONS_|RUNNER_|INPUT_|MODEL_SIGNING_|NODE_OPTIONS|CI$)/.test(name),
  ),
);

/** A job on a runner: a workspace, and the actions as they are committed. */
export class Runner {
  readonly #folder: string;
  readonly workspace: string;

  constructor() {
    this.#folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'model-signing-runner-')));
    this.workspace = path.join(this.#folder, 'work');
    for (const name of ['work', 'temp', 'files']) mkdirSync(path.join(this.#folder, name));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  path(name: string): string {
    return path.join(this.workspace, name);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  /** Runs an action as a runner does: with the program that its metadata names, and the defaults of the inputs in it. */
  async step(
    verb: Verb,
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Step> {
    const { inputs: known, runs } = parse(readFileSync(path.join(actions, verb, 'action.yml'), 'utf8'));
    const defaults = Object.fromEntries(
      Object.entries<{ default?: string }>(known).map(([name, { default: preset = '' }]) => [name, preset]),
    );
    const files = { GITHUB_OUTPUT: this.#file('output'), GITHUB_STEP_SUMMARY: this.#file('summary') };
    const given = Object.entries({ ...defaults, ...inputs }).map(([name, value]) => [
      `INPUT_${name.toUpperCase().replaceAll(' ', '_')}`,
      value,
    ]);
    const surroundings = {
      ...{ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: this.workspace },
      ...{ RUNNER_TEMP: path.join(this.#folder, 'temp'), GITHUB_TOKEN: 'the token of the job' },
    };
    const child = spawn(process.execPath, [path.join(actions, verb, runs.main)], {
      cwd: this.workspace,
      env: { ...machine, ...surroundings, ...files, ...Object.fromEntries(given), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
    return {
      code,
      log,
      commands: commandsIn(log),
      outputs: outputsIn(read(files.GITHUB_OUTPUT)),
      summary: read(files.GITHUB_STEP_SUMMARY),
    };
  }

  /** Each step has files of its own. */
  #file(name: string): string {
    const file = path.join(this.#folder, 'files', name);
    writeFileSync(file, '');
    return file;
  }
}

/** What a runner obeys: `::name::` at the start of a line after spaces, and `##[name]` anywhere in one, until it is told to stop. */
export function commandsIn(log: string): RunnerCommand[] {
  const found: RunnerCommand[] = [];
  let stopped: string | null = null;
  for (const line of log.split(/\r\n|\r|\n/)) {
    const [, name = '', written = '', text = ''] =
      /^\s*::([^\s:]+)(?: (.*?))?::(.*)$/s.exec(line) ?? /##\[([^\s\]]+)( [^\]]*)?\](.*)$/s.exec(line) ?? [];
    if (name === '') continue;
    if (stopped !== null) {
      if (name === stopped) stopped = null;
    } else if (name === 'stop-commands') stopped = text;
    else found.push({ name, properties: propertiesIn(written), text: unescaped(text) });
  }
  if (stopped !== null) throw new Error('commands are stopped, and never obeyed again');
  return found;
}

function propertiesIn(written: string): Record<string, string> {
  const pairs = written.split(',').filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = '', value = ''] = /^\s*([^=]+)=(.*)$/s.exec(pair) ?? [];
      return [name, unescaped(value)];
    }),
  );
}

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { '%25': '%', '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',' };
  return text.replace(/%(?:25|0D|0A|3A|2C)/g, (written) => characters[written] as string);
}

/** Outputs in the form `name<<word`, a value, `word`; anything else is an error, as it is for a runner. */
function outputsIn(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let line = lines.shift(); line !== undefined && line !== ''; line = lines.shift()) {
    const [, name = '', word = ''] = /^([^=<]+)<<(.+)$/.exec(line) ?? [];
    const end = lines.indexOf(word);
    if (name === '' || end === -1) throw new Error(`not an output: ${line}`);
    outputs[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return outputs;
}
