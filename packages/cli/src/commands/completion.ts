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
import { ownWords } from '../help.ts';
import type { Output } from '../output.ts';
import { completionScripts } from './completion-scripts.ts';

/** Tells the shell scripts to offer file names. */
const FILES_MAY_FOLLOW = ':0';

/** `completion`: prints the script that makes a shell complete this command. */
export async function completion(shell: string, program: Program, { output }: Context): Promise<void> {
  const text = completionScripts[shell]?.(program.name) ?? '';
  output.text('completion', { shell, script: text.trimEnd() }, text);
}

/** `complete --`: prints how a line can continue, for the scripts. If nothing is known, file names may follow. */
export function complete(words: readonly string[], program: Program, output: Pick<Output, 'data'>): void {
  const root = new RootCommand();
  addFlags(root, [program]);
  addCommands(root, [program]);
  for (const [word, description] of ownWords) addWord(root, word, description, program);
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
    if (!isGroup(child)) {
      addOperand(target, child);
      continue;
    }
    // The flags can select the method, so those of all methods can follow.
    for (const method of child.fallback ? child.commands : []) addFlags(target, [...below, method]);
    addCommands(root, below);
  }
}

function addWord(root: RootCommand, word: string, description: string, { commands }: Program): void {
  const target = root.command(word, description);
  if (word === 'help') target.argument('command', offer(commands.map(({ name }) => name)));
}

function addOperand(target: Target, { operand }: Command): void {
  target.argument(operand.name, operand.choices && offer(operand.choices));
}

function addFlags(target: Target, path: Path): void {
  for (const flag of [...ownFlags(path), ...path[0].flags]) addFlag(target, flag);
}

function addFlag(target: Target, { name, short, value, description, choices, offers = [] }: Flag): void {
  if (value === undefined) target.option(name, description, short);
  else target.option(name, description, offer(choices ?? offers), short);
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
