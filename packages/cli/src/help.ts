import { type Command, type Flag, flagTerm, type Group, isGroup, ownFlags, type Path, pathText } from './grammar.ts';

/** If fewer columns are left beside the terms, descriptions stand below them. */
const MIN_DESCRIPTION = 40;

/** However narrow the terminal is, a line has a few words. */
const MIN_WIDTH = 20;

/** A line of a list: what can be typed, and what it does. */
type Item = readonly [term: string, description: string];

/** The words of the program that are no commands. */
export const ownWords: readonly Item[] = [
  ['help', 'show the help of a command, as --help does'],
  ['version', 'show the version, what it runs on, and the formats that it knows'],
];

/** The help for a command, a group or the program, at most `width` columns wide apart from the examples. */
export function helpText(path: Path, width: number): string {
  const [program] = path;
  const entry = path.at(-1) as Group | Command;
  const sections: readonly (readonly [title: string, items: readonly Item[]])[] = [
    ['Arguments:', isGroup(entry) ? [] : [[entry.operand.name, entry.operand.description]]],
    ['Options:', ownFlags(path).map(flagItem)],
    ['Global options:', program.flags.map(flagItem)],
    [
      'Commands:',
      isGroup(entry) ? [...entry.commands.map(commandItem), ...(entry === program ? ownWords.map(wordItem) : [])] : [],
    ],
  ];
  const column = Math.max(...sections.flatMap(([, items]) => items.map(([term]) => term.length)));
  const lists = sections.flatMap(([title, items]) =>
    items.length === 0 ? [] : ['', title, ...items.flatMap((item) => itemLines(item, column, width))],
  );
  return [
    ...wrap(`Usage: ${pathText(path)} ${isGroup(entry) ? entry.usage : `[options] ${operandTerm(entry)}`}`, width),
    '',
    ...wrap(entry.description, width),
    ...lists,
    '',
    'Examples:',
    ...exampleLines(path).map((line) => `  ${line}`),
    ...(entry === program ? program.closing.flatMap((line) => ['', ...wrap(line, width)]) : []),
    '',
  ].join('\n');
}

/** The examples of a command or group, ready to be copied. */
export function exampleLines(path: Path): string[] {
  const { examples } = path.at(-1) as Group | Command;
  return examples.map((line) => (line.includes(`${path[0].name} `) ? line : `${path[0].name} ${line}`));
}

function flagItem(flag: Flag): Item {
  const { description, required, choices, preset, variable, alternative } = flag;
  const details = [
    ...(choices ? [`choices: ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`] : []),
    ...(preset === undefined ? [] : [`default: ${JSON.stringify(preset)}`]),
    ...(variable === undefined ? [] : [`or ${variable}`]),
    ...(alternative === undefined ? [] : [`or --${alternative}`]),
  ];
  const all = [...(required ? ['required'] : []), ...details];
  return [flagTerm(flag), all.length > 0 ? `${description} (${all.join(', ')})` : description];
}

function commandItem(entry: Group | Command): Item {
  return [isGroup(entry) ? entry.name : `${entry.name} ${operandTerm(entry)}`, entry.description];
}

/** In square brackets if the command has a value for it. */
function operandTerm({ operand: { name, preset } }: Command): string {
  return preset === undefined ? `<${name}>` : `[${name}]`;
}

function wordItem([word, description]: Item): Item {
  return [word === 'help' ? 'help [command]' : word, description];
}

function itemLines([term, description]: Item, column: number, width: number): string[] {
  const indent = column + 4;
  if (width - indent < MIN_DESCRIPTION) return [`  ${term}`, ...wrap(description, width, ' '.repeat(6))];
  const [first, ...others] = wrap(description, width - indent);
  return [`  ${term.padEnd(column)}  ${first}`, ...others.map((line) => ' '.repeat(indent) + line)];
}

/** Lines of at most `width` columns, unless a word is longer. */
function wrap(text: string, width: number, indent = ''): string[] {
  const room = Math.max(width - indent.length, MIN_WIDTH);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= room) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => indent + line);
}
