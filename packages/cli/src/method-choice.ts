import { flagsByName, type GivenFlag, wrong } from './flag-values.ts';
import { type Command, type Flag, flagTerm, type Group, isGroup, type Path, pathText } from './grammar.ts';
import { oneOf } from './suggestions.ts';

/**
 * Finds the command of a group that the flags select if none is named: the only one that takes all of them, or of several the
 * group's fallback, or else the only one whose required flags are given, or set in the environment. With no flag that selects,
 * a variable does, since an identity would be published.
 * @throws {CommandError} `command/usage` if no command takes all flags, or if several do
 */
export function chooseMethod(
  path: Path,
  fallback: Command,
  given: readonly GivenFlag[],
  environment: NodeJS.ProcessEnv,
): Command {
  const group = path.at(-1) as Group;
  const typed = new Set(given.map(({ name }) => name));
  // A method that only a flag of its own selects has no say in which of the others is meant.
  const isMeant = ({ isApart, flags }: Command) =>
    !isApart ||
    flags.every(({ name, selects, alternative = name }) => !selects || typed.has(name) || typed.has(alternative));
  const methods = group.commands
    .filter((command): command is Command => !isGroup(command) && isMeant(command))
    .map((command) => ({ command, flags: new Map(flagsByName([...path, command])) }));
  const names = [...typed].filter((name) => methods.some(({ flags }) => flags.has(name)));
  const taking = methods.filter(({ flags }) => names.every((name) => flags.has(name)));
  const isNamed = ({ name, alternative = name }: Flag) => names.includes(name) || names.includes(alternative);
  const isSet = ({ variable }: Flag) => Boolean(variable && environment[variable]);
  const complete = taking.filter(({ command }) =>
    command.flags.every((flag) => !(flag.required || flag.selects) || isNamed(flag) || isSet(flag)),
  );
  if (taking.some(({ command }) => command === fallback)) {
    const isShared = taking.length === methods.length;
    const set = complete.filter(({ command }) => command.flags.some((flag) => flag.required && isSet(flag)));
    return (isShared && set.length === 1 && set[0]?.command) || fallback;
  }
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
  const hint = typed.has('policy')
    ? 'a policy says itself who may sign and what is accepted: leave out the flags of other methods'
    : null;
  throw wrong(path, `no ${group.noun} takes all of these options: ${special.join(', ')}`, hint);
}
