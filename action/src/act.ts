import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { printable } from '@model-signing/core';
import { annotations } from './annotations.ts';
import { argumentsFor, givenInputs, InputError, type Verb } from './inputs.ts';
import { type Outcome, outcomeOf, outputsOf, wrongInput } from './outcome.ts';
import { runCommand } from './run-command.ts';
import { headline, summary } from './summary.ts';
import { mask, PlainText } from './workflow-commands.ts';

/** The variables whose values no log may show, even if a tool in a later step prints them. */
const secrets = [
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'SIGSTORE_ID_TOKEN',
  'MODEL_SIGNING_PASSPHRASE',
  'MODEL_SIGNING_PRIVATE_KEY',
  'HF_TOKEN',
];

/** Runs a step: signs or verifies as its inputs say, reports to the runner, and sets the exit code. */
export async function act(verb: Verb): Promise<void> {
  for (const name of secrets) if (process.env[name]) tell(mask(process.env[name]));
  const model = process.env.INPUT_MODEL?.trim() ?? '';
  const outcome = await outcomeOfStep(verb);
  for (const line of annotations(verb, model, outcome, process.env.GITHUB_WORKSPACE ?? process.cwd())) tell(line);
  append('GITHUB_STEP_SUMMARY', summary(verb, model, outcome));
  append('GITHUB_OUTPUT', outputText(outputsOf(verb, outcome)));
  process.exitCode = outcome.exitCode;
}

async function outcomeOfStep(verb: Verb): Promise<Outcome> {
  const text = new PlainText(tell);
  try {
    const args = argumentsFor(verb, givenInputs(verb, process.env));
    const outcome = outcomeOf(verb, await runCommand(args, (said) => text.write(said)));
    text.write(`${headline(verb, outcome)}\n`);
    for (const [name, value] of Object.entries(outputsOf(verb, outcome)))
      text.write(`${printable(`${name}: ${value}`)}\n`);
    return outcome;
  } catch (error) {
    if (error instanceof InputError) return wrongInput(error.message);
    throw error;
  } finally {
    text.end();
  }
}

function tell(text: string): void {
  process.stdout.write(text);
}

/** Adds to a file that the runner names; outside of a runner there is none. */
function append(variable: string, text: string): void {
  const file = process.env[variable];
  if (file) appendFileSync(file, text);
}

/** Each value ends with a word that is made for it, so that nothing in it is another output. */
function outputText(outputs: Readonly<Record<string, string>>): string {
  return Object.entries(outputs)
    .map(([name, value]) => {
      const end = randomUUID();
      return `${name}<<${end}\n${value}\n${end}\n`;
    })
    .join('');
}
