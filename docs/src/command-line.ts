import {
  type Command,
  commandsBelow,
  type Flag,
  flagTerm,
  helpFlag,
  ownFlags,
  type Path,
  pathText,
} from '../../packages/cli/src/grammar.ts';
import { exampleLines } from '../../packages/cli/src/help.ts';
import { program } from '../../packages/cli/src/program.ts';
import { inCell } from './cells.ts';
import { exitCodeTable } from './errors.ts';
import type { Page } from './pages.ts';

/** The reference of the command line, generated from the grammar of the program itself. */
export function commandLinePage(): Page {
  const commands = commandsBelow([program]);
  const text = [
    '# Command line',
    '',
    program.description,
    '',
    'This page is generated from the program: `--help` after any command prints the same text.',
    '',
    '| command | what it does |',
    '|---|---|',
    ...commands.map((path) => `| [\`${nameOf(path)}\`](#${anchorOf(path)}) | ${inCell(commandOf(path).description)} |`),
    '',
    ...commands.flatMap(section),
    '## Options of every command',
    '',
    ...optionTable([helpFlag, ...program.flags]),
    '',
    '## Exit codes',
    '',
    ...exitCodeTable,
  ];
  return { path: 'reference/command-line.md', text: `${text.join('\n')}\n`, source: null };
}

function commandOf(path: Path): Command {
  return path.at(-1) as Command;
}

function nameOf(path: Path): string {
  return pathText(path.slice(1));
}

function anchorOf(path: Path): string {
  return nameOf(path).replaceAll(' ', '-');
}

function section(path: Path): string[] {
  const { description, operand } = commandOf(path);
  return [
    `## ${nameOf(path)} {#${anchorOf(path)}}`,
    '',
    `${capitalise(description)}.`,
    '',
    '```',
    `${pathText(path)} <${operand.name}> [options]`,
    '```',
    '',
    ...optionTable(ownFlags(path).filter((flag) => flag !== helpFlag)),
    '',
    '```sh',
    ...exampleLines(path),
    '```',
    '',
  ];
}

function optionTable(flags: readonly Flag[]): string[] {
  if (flags.length === 0) return [];
  return [
    '| option | meaning |',
    '|---|---|',
    ...flags.map((flag) => `| \`${flagTerm(flag).replaceAll('|', '\\|')}\` | ${inCell(meaning(flag))} |`),
  ];
}

function meaning({ description, required, choices, preset }: Flag): string {
  const needed = required ? ' (required)' : '';
  const values = choices ? ` (${choices.join(', ')})` : '';
  return `${description}${needed}${values}${preset === undefined ? '' : `; default \`${preset}\``}`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
