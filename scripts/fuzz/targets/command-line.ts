import { readCommandLine } from '../../../packages/cli/src/command-line.ts';
import { failureOf } from '../../../packages/cli/src/failure.ts';
import { commandsBelow, flagTerm, isGroup, keyOf, ownFlags } from '../../../packages/cli/src/grammar.ts';
import { helpText } from '../../../packages/cli/src/help.ts';
import { program } from '../../../packages/cli/src/program.ts';
import { predicateTypeOf } from '../../../packages/core/src/format/predicate-types.ts';
import { mutateString } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';

const paths = commandsBelow([program]);
const flags = [
  ...new Map(paths.flatMap((path) => [...ownFlags(path), ...program.flags]).map((flag) => [flag.name, flag])).values(),
];

/** The reader of the command line. */
export function commandLineTarget(): Target {
  return {
    name: 'command-line',
    description: 'the arguments of the command: a request, or a usage error with exit code 2',
    seeds: () => seeds().map(encode),
    generate: (random) => encode(line(random)),
    mutate: (input, random) => encode(mutate(decode(input), random)),
    check: (input) => check(decode(input)),
  };
}

const encode = (argv: readonly string[]) => Buffer.from(JSON.stringify(argv));
const decode = (input: Uint8Array) => JSON.parse(Buffer.from(input).toString()) as string[];

/** The examples that help prints. */
function seeds(): string[][] {
  const entries = [program, ...program.commands, ...paths.map((path) => path.at(-1))];
  const examples = entries.flatMap((entry) => entry?.examples ?? []);
  return [[], ['--help'], ['--version'], ...examples.map((example) => example.split(' '))];
}

const values = [
  '',
  '-',
  '--',
  '=',
  'model',
  'a=b',
  '1',
  '-1',
  '1e3',
  '1GB',
  'sha256',
  'blake3',
  '1.1',
  'bash',
  '__proto__',
  'constructor',
  'a,b',
  '--json',
  '\u0000',
  '\ud800',
  '\u202e',
  'x'.repeat(3000),
];

function word(random: Random): string {
  const flag = random.pick(flags);
  const name = flag?.name ?? 'json';
  const spelled = random.chance(0.2) ? name.replaceAll('-', '_') : name;
  switch (random.below(8)) {
    case 0:
      return `--${spelled}=${random.pick(values)}`;
    case 1:
      return `-${flag?.short ?? 'x'}${random.chance(0.5) ? random.pick(values) : ''}`;
    case 2:
      return mutateString(`--${spelled}`, random);
    case 3:
    case 4:
      return random.pick(values) ?? '';
    default:
      return `--${spelled}`;
  }
}

function line(random: Random): string[] {
  const path = random.pick(paths) ?? [];
  const names = path.slice(1).map(({ name }) => name);
  const kept = random.chance(0.8) ? names : names.slice(0, random.below(3));
  return [...kept, 'model', ...Array.from({ length: random.small(8) }, () => word(random))];
}

function mutate(argv: readonly string[], random: Random): string[] {
  const out = [...argv];
  const at = random.below(out.length + 1);
  switch (random.below(5)) {
    case 0:
      out.splice(at, 1);
      break;
    case 1:
      out.splice(at, 0, word(random));
      break;
    case 2:
      out.splice(at, 0, `--${random.pick(flags)?.name}`, random.pick(values) ?? '');
      break;
    case 3:
      out.splice(at, 1, mutateString(out[at] ?? '', random));
      break;
    default:
      out.splice(at, 0, ...out.splice(random.below(out.length), 1));
  }
  return out;
}

function check(argv: readonly string[]): Verdict {
  let request: ReturnType<typeof readCommandLine>;
  try {
    request = readCommandLine(argv, program);
  } catch (error) {
    const { exitCode, code } = failureOf(error);
    if (exitCode !== 2 || code !== 'command/usage') throw error;
    return refusalBy(error);
  }
  if (request.kind === 'version') return accepted('version');
  if (request.kind === 'help') {
    const text = helpText(request.path, 80);
    if (!text.includes('Usage')) throw new WrongVerdict('help without usage');
    return accepted(`help ${request.path.length}`);
  }
  const { command, operand } = request;
  if (isGroup(command)) throw new WrongVerdict('a group is to be run');
  checkTexts(argv, operand, request.flags);
  for (const flag of command.flags) {
    const value = request.flags[keyOf(flag.name)];
    const inItsPlace = flag.alternative === undefined ? undefined : request.flags[keyOf(flag.alternative)];
    const isThere = value !== undefined || inItsPlace !== undefined;
    if (flag.required && !isThere) throw new WrongVerdict(`${flagTerm(flag)} is required and not there`);
    const isWrong = flag.choices !== undefined && value !== undefined && !flag.choices.includes(String(value));
    if (isWrong) throw new WrongVerdict(`${flagTerm(flag)} is ${value}`);
  }
  return accepted(`${command.name} ${Object.keys(request.flags).sort().join()}`);
}

/** A text must be one that was typed: a word, or what follows an equals sign; a preset is the exception. */
function checkTexts(argv: readonly string[], operand: string, given: Readonly<Record<string, unknown>>): void {
  const operands = paths.map((path) => path.at(-1)).flatMap((entry) => (entry && !isGroup(entry) ? entry.operand : []));
  const presets = [...paths.flatMap(ownFlags), ...operands].flatMap(({ preset }) => preset ?? []);
  const texts = [operand, ...Object.values(given).flat()].filter((value) => typeof value === 'string');
  for (const text of texts) {
    const isTyped = argv.some(
      (typed) => typed === text || typed.endsWith(`=${text}`) || /^-[^-]/.test(typed) || isShortName(typed, text),
    );
    if (!isTyped && !presets.includes(text))
      throw new WrongVerdict(`nothing typed has the value ${JSON.stringify(text)}`);
  }
}

/** Whether a short name was typed for a predicate type. */
function isShortName(typed: string, type: string): boolean {
  return predicateTypeOf(typed.replace(/^--[^=]*=/, '')) === type;
}
