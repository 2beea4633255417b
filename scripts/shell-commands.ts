// The commands in a shell script.
import { type Assignment, forEachChild, parse, type SyntaxNode } from 'unbash';

/** A command as its words, without quotation marks, redirections and the assignments before it. */
export type Command = readonly string[];

export interface ShellScript {
  /** Also those in substitutions, functions and here-documents, each after the one that it is in. */
  readonly commands: readonly Command[];
  /** The variables that get a value, with the last one as it is written. */
  readonly variables: ReadonlyMap<string, string>;
  /** What cannot be read. */
  readonly faults: readonly string[];
}

export function readScript(text: string): ShellScript {
  const commands: Command[] = [];
  const variables = new Map<string, string>();
  const faults: string[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Script') for (const { message } of node.errors ?? []) faults.push(message);
    if (node.type === 'Assignment') variables.set(node.name, assignedBy(node));
    if (node.type === 'Command' && node.name) commands.push([node.name, ...node.args].map(wordOf));
    forEachChild(node, visit);
  };
  visit(parse(text));
  return { commands, variables, faults };
}

/** @throws {Error} if the script cannot be read as a whole */
export function commandsIn(script: string): readonly Command[] {
  const { commands, faults } = readScript(script);
  if (faults.length > 0) throw new Error(`this is no shell script (${faults.join(', ')}): ${script}`);
  return commands;
}

type Word = Extract<SyntaxNode, { readonly type: 'Word' }>;

function wordOf(node: Word | Assignment): string {
  return node.type === 'Word' ? node.value : node.text;
}

function assignedBy({ value, text, name }: Assignment): string {
  return value.type === 'Word' ? value.value : text.slice(name.length);
}
