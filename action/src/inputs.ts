import { quote } from '@model-signing/core';
import type { Command, Flag } from '../../packages/cli/src/grammar.ts';
import { signCertificate, verifyCertificate } from '../../packages/cli/src/methods/certificate.ts';
import { signKey, verifyKey } from '../../packages/cli/src/methods/key.ts';
import { verifyPolicy } from '../../packages/cli/src/methods/policy.ts';
import { signSigstore, verifySigstore } from '../../packages/cli/src/methods/sigstore.ts';
import { isStandardInput, isStandardOutput } from '../../packages/cli/src/standard-streams.ts';

/** What the two actions do, as the command names it. */
export type Verb = 'sign' | 'verify';

const methods: Readonly<Record<Verb, readonly Command[]>> = {
  sign: [signSigstore, signKey, signCertificate],
  verify: [verifySigstore, verifyKey, verifyCertificate, verifyPolicy],
};

/** The methods of an action; the first one is the default. */
export function methodNames(verb: Verb): string[] {
  return methods[verb].map(({ name }) => name);
}

/** Flags that are no inputs, each with the reason. */
const withheld: Readonly<Record<string, string>> = {
  'use-ambient-credentials': 'the action gives it, unless a file with a token is named',
  'oauth-force-oob': 'no one can sign in',
  'client-secret-file': 'it is for signing in',
  'pin-file': 'a runner has no tokens, and the action no package for them',
  engine: 'the action has the engine of Node only',
  'oci-manifest': 'it takes the place of the model',
  ...Object.fromEntries(
    ['plan', 'digests', 'replicas', 'hmac-key-file'].map((name) => [name, 'other hosts hash, and not this job']),
  ),
};

/** Values that are secrets would be visible in the list of processes: files and the environment have a place for each. */
function isInput({ name, hidden, secret }: Flag): boolean {
  // An address has to be told, even if a user may have put a password into it.
  const isSecret = secret === true && name !== 'timestamp-url';
  return !hidden && !isSecret && !name.startsWith('no-') && !isAboutReuse(name) && !Object.hasOwn(withheld, name);
}

/** A job starts on a new machine, which remembers no file. */
function isAboutReuse(name: string): boolean {
  return /^(?:reuse(?:-.*)?|rehash|audit)$/.test(name);
}

/** An input of an action. All but `model` and `method` are flags of the command. */
export interface Input {
  readonly name: string;
  readonly description: string;
  /** `model`, `method`, or what the flag takes: nothing, a value, or a value for each line. */
  readonly kind: 'model' | 'method' | 'switch' | 'value' | 'list';
  readonly flag?: Flag;
  /** Whether `false` has a flag of its own, as opposed to leaving the flag out. */
  readonly hasNegative?: boolean;
}

/** The inputs of an action, in the order in which the command lists its flags; each name once. */
export function inputsOf(verb: Verb): readonly Input[] {
  const inputs = new Map<string, Input>();
  const flags = methods[verb].flatMap((method) => method.flags);
  for (const flag of flags.filter(isInput)) {
    const kind = flag.value === undefined ? 'switch' : flag.repeatable ? 'list' : 'value';
    const before = inputs.get(flag.name);
    const hasNegative = flags.some(({ name }) => name === `no-${flag.name}`);
    const merged = before?.kind === 'list' ? before.kind : kind;
    inputs.set(flag.name, {
      name: flag.name,
      description: before?.description ?? flag.description,
      kind: merged,
      flag,
      hasNegative,
    });
  }
  const names = methodNames(verb).join(', ');
  return [
    {
      name: 'model',
      description: 'the model: a directory or a file, hf://ORG/MODEL[@REVISION] or oci://REGISTRY/NAME[:TAG][@DIGEST]',
      kind: 'model',
    },
    { name: 'method', description: `how: ${names}`, kind: 'method' },
    ...inputs.values(),
  ];
}

/** An input is wrong; nothing was tried. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The inputs that a step gives, by their names; empty ones count as not given, since a runner makes no difference.
 * @throws {InputError} for a name that the action does not have, because a misspelled one may have been meant to refuse more
 */
export function givenInputs(verb: Verb, environment: Environment): ReadonlyMap<string, string> {
  const known = new Set(inputsOf(verb).map(({ name }) => name));
  const given = new Map<string, string>();
  for (const [variable, text = ''] of Object.entries(environment)) {
    if (!variable.startsWith('INPUT_')) continue;
    const name = variable.slice('INPUT_'.length).toLowerCase().replaceAll('_', '-');
    if (!known.has(name))
      throw new InputError(`there is no input ${quote(name)}: ${verb} has ${[...known].join(', ')}`);
    const value = text.trim();
    if (value === '') continue;
    if (given.has(name)) throw new InputError(`the input ${name} is given twice, with _ and with -`);
    given.set(name, value);
  }
  return given;
}

/**
 * The arguments of the command for what a step gives. The command itself refuses what does not fit together.
 * @throws {InputError}
 */
export function argumentsFor(verb: Verb, given: ReadonlyMap<string, string>): string[] {
  const model = given.get('model');
  if (model === undefined) throw new InputError('the input model is required: the folder or file, hf://… or oci://…');
  const [fallback = '', ...others] = methodNames(verb);
  const method = given.get('method') ?? fallback;
  if (![fallback, ...others].includes(method)) {
    throw new InputError(
      `the input method is ${quote(method)}, and must be one of ${[fallback, ...others].join(', ')}`,
    );
  }
  const flags = inputsOf(verb).flatMap((input) => flagsFor(input, given.get(input.name)));
  const isKeyless = verb === 'sign' && method === 'sigstore' && !given.has('identity-token-file');
  const ambient = isKeyless ? ['--use-ambient-credentials'] : [];
  return [verb, method, '--json', '--engine=node', ...ambient, ...flags, '--', model];
}

function flagsFor({ name, kind, flag, hasNegative }: Input, value: string | undefined): string[] {
  if (value === undefined || flag === undefined) return [];
  if (kind === 'switch') return switched(name, value, hasNegative === true);
  const values = kind === 'list' ? linesOf(value) : [value];
  for (const one of values) refuseStreams(flag, one);
  return values.map((one) => `--${name}=${one}`);
}

/** The truth values of YAML 1.2, which is what a workflow is written in. */
function switched(name: string, value: string, hasNegative: boolean): string[] {
  if (/^(?:true|True|TRUE)$/.test(value)) return [`--${name}`];
  if (!/^(?:false|False|FALSE)$/.test(value))
    throw new InputError(`the input ${name} is ${quote(value)}, and must be true or false`);
  return hasNegative ? [`--no-${name}`] : [];
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}

/** A step has no standard input, and its standard output is for the runner. */
function refuseStreams({ name, reads, writes }: Flag, value: string): void {
  const isStream = (reads && isStandardInput(value)) || (writes && isStandardOutput(value));
  if (isStream) throw new InputError(`the input ${name} is ${quote(value)}: an action needs a file here`);
  if (name === 'key' && /^pkcs11:/i.test(value)) {
    throw new InputError(
      'the input key is in a token (pkcs11:), which a runner has not: use the command on the machine of the token',
    );
  }
}
