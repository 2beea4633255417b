// Tries a program in one file as a user has it: alone, in an empty folder, with an environment that has no Node.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BuiltProgram } from './build.ts';

/** What a call has to end with, and what its output has to contain. */
interface Expected {
  readonly code?: number;
  readonly says?: string | RegExp;
}

/** The size of a model that Node hashes in several threads, in bytes. */
const WORTH_A_THREAD = 80_000_000;

/** A folder with the program, a model, and files that must not be loaded. */
class Trial {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'model-signing-try-'));
  readonly #program: string;

  constructor(program: string) {
    this.#program = program;
    for (const name of ['model', 'temporary']) mkdirSync(path.join(this.folder, name));
    for (let n = 0; n < 8; n++) {
      const file = path.join(this.folder, 'model', `${n}.bin`);
      writeFileSync(file, `${n}`);
      truncateSync(file, WORTH_A_THREAD / 8);
    }
    // Code beside the model is not code of the program.
    for (const name of ['@napi-rs/blake-hash', '@model-signing/pkcs11', '@model-signing/native-linux-x64-gnu']) {
      const planted = path.join(this.folder, 'node_modules', name);
      mkdirSync(planted, { recursive: true });
      writeFileSync(path.join(planted, 'index.js'), "process.stdout.write('PLANTED');\n");
    }
    writeFileSync(path.join(this.folder, 'planted.cjs'), "process.stdout.write('PLANTED');\n");
  }

  /** Runs the program and returns its standard output. @throws {Error} if it ends with or says something else */
  run(args: readonly string[], expected: Expected = {}, variables: NodeJS.ProcessEnv = {}): string {
    const { code = 0, says = '' } = expected;
    const { SystemRoot } = process.env;
    const env = {
      // Windows starts no program without it.
      ...(SystemRoot === undefined ? {} : { SystemRoot }),
      ...{ HOME: this.folder, TMPDIR: path.join(this.folder, 'temporary'), NODE_OPTIONS: '--require ./planted.cjs' },
      ...variables,
    };
    const { status, stdout, stderr, error } = spawnSync(this.#program, args, {
      cwd: this.folder,
      env,
      encoding: 'utf8',
    });
    const output = `${stdout}${stderr}`;
    const isSaid = typeof says === 'string' ? output.includes(says) : says.test(output);
    if (error || status !== code || !isSaid || output.includes('PLANTED'))
      throw new Error(
        `${args.join(' ')}: exit code ${status}, expected ${code} and ${says}\n${error?.message ?? output}`,
      );
    return stdout;
  }

  json(args: readonly string[], expected: Expected = {}, variables: NodeJS.ProcessEnv = {}): Record<string, unknown> {
    return JSON.parse(this.run([...args, '--json'], expected, variables));
  }
}

/** @throws {Error} if the program does not do what the command of the npm package does */
export function tryProgram({ file, parts }: BuiltProgram, tell: (text: string) => void): void {
  const trial = new Trial(file);
  try {
    trial.run(['--version'], { says: parts.version });
    trial.run(['verify', 'key', '--help'], { says: 'Usage: model-signing verify key' });
    trial.run(['completion', 'bash'], { says: '_model_signing_complete' });
    trial.run(['complete', '--', 'ver'], { says: 'verify' });
    tell('version, help and completion: as in the npm package');
    trial.run(['key', 'generate', 'key.pem']);
    tellEngines(trial, parts.engine, tell);
    trial.run(['sign', 'key', 'model', '--key', 'pkcs11:object=a', '--signature', 'token.sig'], {
      code: 3,
      says: 'in one file',
    });
    tell('a key in a token: refused, since its package is compiled');
    attest(trial, tell);
    signItself(trial, file, tell);
  } finally {
    rmSync(trial.folder, { recursive: true, force: true });
  }
}

function tellEngines(trial: Trial, engine: string | null, tell: (text: string) => void): void {
  const coverage = path.join(trial.folder, 'coverage');
  const sign = ['sign', 'key', 'model', '--private-key', 'key.pem', '--signature', 'model.sig', '--overwrite'];
  const verify = ['verify', 'key', 'model', '--signature', 'model.sig', '--public-key', 'key.pub.pem'];
  // Node writes a file for each thread.
  const byNode = trial.json([...sign, '--engine', 'node', '--jobs', '2'], {}, { NODE_V8_COVERAGE: coverage });
  const threads = readdirSync(coverage).length;
  if (threads < 2 || byNode.engine !== 'node') throw new Error(`${threads} thread hashed with ${byNode.engine}`);
  tell(`eight files: hashed by Node in ${threads} threads`);
  for (const hash of ['sha256', 'blake2b', 'blake3']) {
    trial.json([...sign, '--engine', 'node', '--hash', hash]);
    const found = trial.json([...verify, '--engine', 'native']).engine;
    if (found !== (engine === null ? 'node' : 'native')) throw new Error(`${hash} was hashed by ${found}`);
  }
  const left = readdirSync(path.join(trial.folder, 'temporary'));
  if (left.length > 0) throw new Error(`${left} is left of the engine`);
  const missing = trial.json([...verify, '--engine', 'native'], { says: 'Node hashes' }, { TMPDIR: '/missing' }).engine;
  if (missing !== 'node') throw new Error(`without a folder for temporary files, ${missing} hashed`);
  tell(
    engine === null
      ? 'the native engine: not in it, Node hashes'
      : `the native engine: ${engine}, with the digests of Node, and Node hashes where it cannot be unpacked`,
  );
}

/** The schemas of claims are compiled when they are used. */
function attest(trial: Trial, tell: (text: string) => void): void {
  const bill = path.join(trial.folder, 'bill.json');
  writeFileSync(bill, trial.run(['predicate', 'cyclonedx', 'model.sig']));
  const attesting = ['attest', 'key', 'model', '--signature', 'model.sig', '--private-key', 'key.pem'];
  trial.run([...attesting, '--predicate', bill, '--type', 'cyclonedx', '--check-predicate']);
  writeFileSync(bill, '{}');
  trial.run([...attesting, '--predicate', bill, '--type', 'cyclonedx', '--check-predicate'], {
    code: 3,
    says: 'statement/predicate-invalid',
  });
  tell('a claim: checked by its schema, attested, and refused if it is not as the schema says');
}

/** The program signs the very file that it is. */
function signItself(trial: Trial, file: string, tell: (text: string) => void): void {
  trial.run(['sign', 'key', file, '--private-key', 'key.pem', '--signature', 'self.sig']);
  const verify = (what: string) => ['verify', 'key', what, '--signature', 'self.sig', '--public-key', 'key.pub.pem'];
  trial.run(verify(file), { says: 'Verification succeeded' });
  const changed = path.join(trial.folder, path.basename(file));
  copyFileSync(file, changed);
  appendFileSync(changed, 'x');
  trial.run(verify(changed), { code: 1 });
  tell('itself: signed and verified, and refused with one more byte');
}
