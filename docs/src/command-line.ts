import { describedProgram } from '../../packages/cli/src/commander.ts';
import type { Page } from './pages.ts';

type Command = ReturnType<typeof describedProgram>;
type Option = Command['options'][number];

/** The reference of the command line, generated from the program itself, so that the two cannot differ. */
export function commandLinePage(): Page {
  const program = describedProgram();
  const commands = leaves(program);
  const text = [
    '# Command line',
    '',
    program.description(),
    '',
    'This page is generated from the program: `--help` after any command prints the same text.',
    '',
    '| command | what it does |',
    '|---|---|',
    ...commands.map(
      (command) => `| [\`${nameOf(command)}\`](#${anchorOf(command)}) | ${cell(command.description())} |`,
    ),
    '',
    ...commands.flatMap(section),
    ...everywhere(commands),
    ...exitCodes,
  ];
  return { path: 'reference/command-line.md', text: `${text.join('\n')}\n`, source: null };
}

const exitCodes = [
  '## Exit codes',
  '',
  '| code | meaning |',
  '|---|---|',
  '| 0 | verified, or done |',
  '| 1 | rejected: the signature is not valid, or the model differs from what was signed |',
  '| 2 | the command line is wrong; nothing was attempted |',
  '| 3 | the command could not run, for example because a file cannot be read or a disk fails |',
];

function leaves(command: Command): Command[] {
  const children = command.createHelp().visibleCommands(command);
  return children.length > 0 ? children.flatMap(leaves) : [command];
}

function nameOf(command: Command): string {
  return command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

function anchorOf(command: Command): string {
  return nameOf(command).replaceAll(' ', '-');
}

function section(command: Command): string[] {
  const usage = command.registeredArguments.map(argumentTerm).join(' ');
  return [
    `## ${nameOf(command)} {#${anchorOf(command)}}`,
    '',
    `${capitalise(command.description())}.`,
    '',
    '```',
    `model-signing ${nameOf(command)} ${usage} [options]`,
    '```',
    '',
    ...optionTable(optionsOf(command).filter((option) => !isEverywhere(option))),
    '',
    ...examplesOf(command),
  ];
}

/** Options that every command has are listed once. */
function everywhere(commands: readonly Command[]): string[] {
  const options = commands.flatMap(optionsOf).filter(isEverywhere);
  const each = [...new Map(options.map((option) => [option.flags, option])).values()];
  return ['## Options of every command', '', ...optionTable(each), ''];
}

function isEverywhere({ helpGroupHeading, long }: Option): boolean {
  return helpGroupHeading === 'Global options:' || long === '--help';
}

function optionsOf(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

function optionTable(options: readonly Option[]): string[] {
  if (options.length === 0) return [];
  return [
    '| option | meaning |',
    '|---|---|',
    ...options.map((option) => `| \`${option.flags.replaceAll('|', '\\|')}\` | ${cell(meaning(option))} |`),
  ];
}

function argumentTerm(argument: Command['registeredArguments'][number]): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

function meaning(option: Option): string {
  const choices = option.argChoices ? ` (${option.argChoices.join(', ')})` : '';
  const preset = typeof option.defaultValue === 'string' ? `; default \`${option.defaultValue}\`` : '';
  return `${option.description}${choices}${preset}`;
}

/** The examples of a command, which are at the end of its help text. */
function examplesOf(command: Command): string[] {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  const [, examples] = text.split('\nExamples:\n');
  if (!examples) return [];
  const lines = examples.split('\n').map((line) => line.trim());
  return ['```sh', ...lines.filter((line) => line.startsWith('model-signing')), '```', ''];
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
