// What a script of a workflow may run. It is a list of what is allowed: a command that is not in it is a fault.
import { type Command, readScript } from './shell-commands.ts';

/** Commands that run no other program and fetch nothing, whatever their arguments are. */
const harmless = new Set(
  '[ : true false test echo printf cd exit set shift read mkdir cat cp mv ls wc head tail sort cut grep jq sha256sum'.split(
    ' ',
  ),
);

/** Arguments with which an otherwise harmless command runs another one. */
const running: Readonly<Record<string, RegExp>> = {
  awk: /system|getline|(?<![|])[|](?![|])|>\s*"|@/,
  find: /^-(?:exec|ok|delete|fprint|fls)/,
  tar: /^--(?:to-command|use-compress|checkpoint|rsh|info-script|new-volume)|^-\w*[IF]/,
  sort: /^--compress/,
};

const gitVerbs = new Set(['add', 'apply', 'commit', 'diff', 'push', 'switch']);
const ghVerbs = new Set([
  'auth setup-git',
  'pr create',
  'pr view',
  'release create',
  'release download',
  'release view',
  'release upload',
]);
const exact = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/** Variables that change what a program runs or fetches. */
const loaded = /^(?:NODE_OPTIONS|NODE_PATH|LD_\w+|DYLD_\w+|BASH_ENV|ENV|PATH|IFS|PYTHON\w+|GIT_\w+|npm_config_\w+)$/i;

export function changesPrograms(variable: string): boolean {
  return loaded.test(variable);
}

/** The faults of a script. @param privileged whether an identity, write access or a secret is beside it */
export function scriptFaults(script: string, privileged: boolean): string[] {
  const { commands, variables, faults } = readScript(script);
  const about = (command: Command) => `"${command.join(' ')}"`;
  return [
    ...(script.includes('${{') ? ['an expression becomes part of a script'] : []),
    ...(/\bGITHUB_(?:ENV|PATH)\b/.test(script) ? ['a script changes the environment of later steps'] : []),
    ...faults.map((fault) => `a script cannot be read: ${fault}`),
    ...[...variables.keys()].filter(changesPrograms).map((name) => `a script sets ${name}`),
    ...commands.flatMap((command) => {
      const literal = command.map((word) => word.replace(/^\$\{?(\w+)\}?$/, (all, name) => variables.get(name) ?? all));
      const fault = commandFault(literal, privileged);
      return fault === null ? [] : [`${about(command)} ${fault}`];
    }),
  ];
}

function commandFault(command: Command, privileged: boolean): string | null {
  const [program = '', ...words] = command;
  if (words.some((word) => running[program]?.test(word))) return 'runs another command';
  if (harmless.has(program) || program in running) return null;
  if (program === 'npm') return npmFault(words, privileged);
  if (program === 'npx') return npxFault(words, privileged);
  if (program === 'node') return nodeFault(words, privileged);
  if (program === 'git') return gitFault(words);
  if (program === 'gh') return ghVerbs.has(words.slice(0, 2).join(' ')) ? null : 'is not allowed';
  const isOwnScript = program === 'bash' && /^\.?[\w-]+\/[\w./-]+$/.test(words[0] ?? '') && !words[0]?.includes('..');
  if (isOwnScript) return privileged ? 'runs a script beside an identity or write access' : null;
  return 'is not allowed';
}

function gitFault([verb = '', ...words]: Command): string | null {
  if (verb === 'config') return /^user\.(?:name|email)$/.test(words[0] ?? '') ? null : 'is not allowed';
  const runs = words.some((word) => /^--(?:ext-diff|receive-pack|exec|upload-pack)/.test(word));
  return gitVerbs.has(verb) && !runs ? null : 'is not allowed';
}

/** The program of a package that was installed outside of the checkout by its exact version: one of ours, or the client of the hub. */
const installed =
  /^\$RUNNER_TEMP\/[\w-]+\/node_modules\/(?:@model-signing\/[\w-]+\/bin\/[\w-]+|@huggingface\/hub\/dist\/cli)\.js$/;

function nodeFault([file = '', ...words]: Command, privileged: boolean): string | null {
  if (file === '--version' || installed.test(file)) return null;
  if (file === '-p' && words.join() === 'crypto.randomUUID()') return null;
  if (/^scripts\/[\w/-]+\.ts$/.test(file)) return null;
  if (/^node_modules\/[\w@/.-]+$/.test(file) && !file.includes('..')) {
    return privileged ? 'runs code of packages beside an identity or write access' : null;
  }
  return 'runs what is no script of the repository';
}

/** Flags of npm that take the next word as their value. */
const valued = new Set([
  '--prefix',
  '-C',
  '--tag',
  '--access',
  '--workspace',
  '-w',
  '--package',
  '--loglevel',
  '--json-path',
]);
const installing = new Set(['install', 'i', 'add', 'ci']);

function npmFault(words: Command, privileged: boolean): string | null {
  if (words.join() === '--version') return null;
  const [verb = '', ...named] = words.filter((word, i) => !word.startsWith('-') && !valued.has(words[i - 1] ?? ''));
  if (words.some((word) => /^--(?:registry|script-shell|userconfig|globalconfig|node-options)/.test(word))) {
    return 'changes what npm uses';
  }
  if (installing.has(verb)) {
    const unpinned = named.filter((one) => !isPinned(one));
    if (unpinned.length > 0) return `fetches ${unpinned.join(' ')}, which is not pinned`;
    return words.includes('--ignore-scripts') ? null : 'runs the scripts of packages';
  }
  if (verb === 'view') return null;
  if (verb === 'publish')
    return named.length === 1 && /\.tgz$/.test(named[0] ?? '') ? null : 'publishes what is no tarball';
  if (['exec', 'x'].includes(verb)) return npxFault(words.slice(words.indexOf(verb) + 1), privileged);
  if (!['run', 'run-script', 'test', 't', 'start'].includes(verb)) return 'is not allowed';
  return privileged ? 'runs code of packages beside an identity or write access' : null;
}

function npxFault(words: Command, privileged: boolean): string | null {
  const packages = words.flatMap((word, i) => (/^(?:-p|--package)$/.test(words[i - 1] ?? '') ? [word] : []));
  const [tool = ''] = words.filter((word, i) => !word.startsWith('-') && !valued.has(words[i - 1] ?? ''));
  const fetched = words.includes('--no-install') || words.includes('--no') ? [] : [tool, ...packages];
  const unpinned = fetched.filter((one) => !isPinned(one));
  if (words.some((word) => /^(?:-c|--call|--package=)/.test(word))) return 'is not allowed';
  if (unpinned.length > 0) return `fetches ${unpinned.join(' ')}, which is not pinned`;
  return privileged ? 'runs code of packages beside an identity or write access' : null;
}

/** A variable counts as a version, because a script that takes one from its inputs has to check that it is exact. */
function isPinned(name: string): boolean {
  const version = name.slice(name.lastIndexOf('@') + 1);
  return name.lastIndexOf('@') > 0 && (exact.test(version) || version === '$VERSION');
}
