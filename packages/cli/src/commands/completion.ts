import { RootCommand } from '@bomb.sh/tab';
import type { Context } from '../context.ts';
import {
  type Command,
  type Flag,
  type Group,
  isGroup,
  ownFlags,
  type Path,
  type Program,
  pathText,
} from '../grammar.ts';
import type { Output } from '../output.ts';

/** Tells the shell scripts to offer file names. */
const FILES_MAY_FOLLOW = ':0';

/** `completion`: prints the script that makes a shell complete this command. */
export async function completion(shell: string, program: Program, { output }: Context): Promise<void> {
  const { name } = program;
  const script = printed(() => new RootCommand().setup(name, name, shell));
  const text = `${(shell === 'bash' ? fixBash(script) : script).trimEnd()}\n`;
  output.text('completion', { shell, script: text }, text);
}

/** `complete --`: prints how a line can continue, for the scripts. If nothing is known, file names may follow. */
export function complete(words: readonly string[], program: Program, output: Pick<Output, 'data'>): void {
  const root = new RootCommand();
  addFlags(root, [program]);
  addCommands(root, [program]);
  const answer = printed(() => root.parse([...words])).trimEnd();
  const known = answer.includes('\n') || words.at(-1)?.startsWith('-');
  output.data(`${known ? answer : FILES_MAY_FOLLOW}\n`);
}

type Target = ReturnType<RootCommand['command']>;

function addCommands(root: RootCommand, path: Path): void {
  for (const child of (path.at(-1) as Group).commands) {
    const below: Path = [...path, child];
    const target = root.command(pathText(below.slice(1)), child.description);
    addFlags(target, below);
    if (isGroup(child)) addCommands(root, below);
    else addOperand(target, child);
  }
}

function addOperand(target: Target, { operand }: Command): void {
  target.argument(operand.name, operand.choices && offer(operand.choices));
}

function addFlags(target: Target, path: Path): void {
  for (const flag of [...ownFlags(path), ...path[0].flags]) addFlag(target, flag);
}

function addFlag(target: Target, { name, short, value, description, choices = [] }: Flag): void {
  if (value === undefined) target.option(name, description, short);
  else target.option(name, description, offer(choices), short);
}

function offer(choices: readonly string[]) {
  return (complete: (value: string, description: string) => void) => {
    for (const choice of choices) complete(choice, '');
  };
}

/** What the library writes to the console, as text. */
function printed(write: () => void): string {
  const lines: string[] = [];
  // biome-ignore-start lint/suspicious/noConsole: replaced for a moment, never written to
  const log = console.log;
  console.log = (...parts: unknown[]) => void lines.push(parts.join(' '));
  try {
    write();
  } finally {
    console.log = log;
  }
  // biome-ignore-end lint/suspicious/noConsole: as above
  return lines.join('\n');
}

/**
 * Fixes the library's script for bash: it can be loaded twice, offers file names if there is nothing else to offer, and
 * works without the package bash-completion.
 */
function fixBash(script: string): string {
  const words = '_get_comp_words_by_ref -n "=:" cur prev words cword';
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash
  const ownWords = 'cword=$COMP_CWORD words=("${COMP_WORDS[@]:0:COMP_CWORD+1}") cur=${COMP_WORDS[COMP_CWORD]}';
  return [
    { from: /^readonly /gm, to: '' },
    {
      from: words,
      to: `if declare -F _get_comp_words_by_ref >/dev/null; then\n        ${words}\n    else\n        ${ownWords}\n    fi`,
    },
    { from: /^complete -F/m, to: 'complete -o default -F' },
  ].reduce((text, { from, to }) => {
    const fixed = text.replace(from, () => to);
    if (fixed === text) throw new Error(`the completion script of @bomb.sh/tab has changed: ${from}`);
    return fixed;
  }, script);
}
