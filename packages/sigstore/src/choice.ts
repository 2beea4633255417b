import { checkEach, type Rule } from '@model-signing/x509/options';

type Rules = Readonly<Record<string, Rule>>;

/**
 * Checks an option that is one of several choices, each with options of its own. What is there decides which: a choice that is
 * mistyped must not act as another one, or as none.
 * @param choices the options of each choice, under the name of the one that must be given
 * @returns a copy, so that what was checked is what is used
 * @throws {TypeError} that names the option
 */
export function checkChoice<Choice extends object>(
  given: Choice,
  choices: Readonly<Record<string, Rules>>,
  within: string,
): Choice {
  const copy = checkEach(given, {}, { within }) as Readonly<Record<string, unknown>>;
  const names = Object.keys(choices);
  const chosen = names.filter((name) => copy[name] !== undefined);
  const [name] = chosen;
  if (name === undefined || chosen.length > 1) {
    const found = name === undefined ? 'none of them' : chosen.join(' and ');
    throw new TypeError(`the option ${within} must have one of ${names.join(', ')}, and has ${found}`);
  }
  const rules = choices[name] as Rules;
  const foreign = Object.values(choices)
    .flatMap((others) => Object.keys(others))
    .find((option) => copy[option] !== undefined && !Object.hasOwn(rules, option));
  if (foreign !== undefined) throw new TypeError(`the option ${within}.${foreign} does not go with ${within}.${name}`);
  const checked = checkEach(copy, rules, { within });
  return Object.fromEntries(Object.entries(checked).filter(([, value]) => value !== undefined)) as Choice;
}
