/**
 * Prints a session in a terminal: each command is what a user types, its output is what it prints, and an exit code that differs from
 * the expected one ends the session.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';

const command = path.resolve(import.meta.dirname, '../../../packages/cli/bin/model-signing.js');

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** Messages that belong to no session, such as that a program is built. */
export const tell = (text: string) => void process.stderr.write(`${text}\n`);

export interface TerminalOptions {
  /** Variables; undefined removes one. */
  readonly environment?: Readonly<NodeJS.ProcessEnv>;
  /** What else can be typed than our command: the name, and the words that run it. */
  readonly programs?: Readonly<Record<string, readonly string[]>>;
}

export class Terminal implements Disposable {
  /** The working directory, which goes with the session. */
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'session-')));
  environment: Readonly<NodeJS.ProcessEnv>;
  readonly #programs: Readonly<Record<string, readonly string[]>>;

  constructor({ environment = {}, programs = {} }: TerminalOptions = {}) {
    this.environment = environment;
    this.#programs = { 'model-signing': [process.execPath, command], ...programs };
  }

  say(text: string): void {
    print(`\n${styleText('bold', `# ${text}`)}`);
  }

  /** Runs a line as typed, prints it and the exit code, and ends the session if that is another one. */
  async type(line: string, expected = 0, environment: Readonly<NodeJS.ProcessEnv> = {}): Promise<void> {
    print(styleText('dim', `$ ${line}`));
    // The only part of a shell that sessions need: `> FILE` at the end.
    const [, typed = line, target] = /^(.*) > (\S+)$/.exec(line) ?? [];
    const [name = '', ...args] = (typed.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
    const [program = name, ...before] = this.#programs[name] ?? [];
    const output = target === undefined ? 'inherit' : openSync(this.path(target), 'w');
    const child = spawn(program, [...before, ...args], {
      cwd: this.folder,
      env: { ...process.env, ...this.environment, ...environment },
      stdio: ['ignore', output, 'inherit'],
    });
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (typeof output === 'number') closeSync(output);
    if (code !== 0) print(styleText('dim', `(exit code ${code})`));
    if (code !== expected) throw new Error(`exit code ${code}, expected ${expected}: ${line}`);
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array, mode = 0o644): void {
    writeFileSync(this.path(name), content, { mode });
  }

  remove(name: string): void {
    rmSync(this.path(name), { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
