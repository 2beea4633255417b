import { flagsByName, type GivenFlag, wrong } from './flag-values.ts';
import { type Command, flagTerm, type Group, isGroup, type Path, pathText } from './grammar.ts';
import { oneOf } from './suggestions.ts';

/**
 * Finds the command of a group that the flags select if none is named: the only one that takes all of them, or of several the
 * group's fallback, or else the only one whose required flags are given. What the environment holds selects nothing.
 * @throws {CommandError} `command/usage` if no command takes all flags, or if several do
 */
export function chooseMethod(path: Path, fallback: Command, given: readonly GivenFlag[]): Command {
  const group = path.at(-1) as Group;
  const methods = group.commands
    .filter((command): command is Command => !isGroup(command))
    .map((command) => ({ command, flags: new Map(flagsByName([...path, command])) }));
  const names = [...new Set(given.map(({ name }) => name))].filter((name) =>
    methods.some(({ flags }) => flags.has(name)),
  );
  const taking = methods.filter(({ flags }) => names.every((name) => flags.has(name)));
  if (taking.some(({ command }) => command === fallback)) return fallback;
  const complete = taking.filter(({ command }) =>
    command.flags.every(({ name, required }) => !required || names.includes(name)),
  );
  const [chosen, ...others] = taking.length === 1 ? taking : complete;
  if (chosen && others.length === 0) return chosen.command;
  const say = (command: Command) => pathText([...path.slice(1), command]);
  if (taking.length > 0) {
    const candidates = taking.map(({ command }) => say(command));
    throw wrong(path, `${pathText(path)} needs a ${group.noun} here`, `did you mean ${oneOf(candidates)}?`);
  }
  const special = names.flatMap((name) => {
    const having = methods.filter(({ flags }) => flags.has(name));
    const flag = having[0]?.flags.get(name);
    if (!flag || having.length === methods.length) return [];
    return [`'${flagTerm(flag)}' (of ${having.map(({ command }) => command.name).join(', ')})`];
  });
  throw wrong(path, `no ${group.noun} takes all of these options: ${special.join(', ')}`);
}
