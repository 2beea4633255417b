/** The files that tell a runner what an action is: made from the flags of the command, so that they cannot differ from it. */
import { stringify } from 'yaml';
import { type Input, inputsOf, methodNames, type Verb } from './inputs.ts';

interface About {
  readonly name: string;
  readonly description: string;
  readonly outputs: Readonly<Record<string, string>>;
}

const known = {
  'root-digest': 'the digest of the whole model, sha256:…',
  signer: 'who signed: the identity, the hint of the key, or the subject of the certificate',
  'bundle-path': 'the file with the signature; empty if it is in a store',
};

const about: Readonly<Record<Verb, About>> = {
  sign: {
    name: 'Sign a model',
    description:
      'Signs a machine-learning model with the identity of the workflow, a key or a certificate (OpenSSF Model Signing)',
    outputs: known,
  },
  verify: {
    name: 'Verify a model',
    description: 'Verifies that a machine-learning model is what a trusted signer signed (OpenSSF Model Signing)',
    outputs: {
      verdict: 'verified, partial, advertised or rejected; empty if there is none, because the step could not decide',
      ...known,
    },
  },
};

/** The text of `action.yml` for an action. */
export function metadata(verb: Verb): string {
  const { name, description, outputs } = about[verb];
  const document = {
    name,
    description,
    branding: { icon: verb === 'sign' ? 'edit-3' : 'shield', color: 'green' },
    inputs: Object.fromEntries(inputsOf(verb).map((input) => [input.name, inputMetadata(verb, input)])),
    outputs: Object.fromEntries(Object.entries(outputs).map(([output, text]) => [output, { description: text }])),
    runs: { using: 'node24', main: `../dist/${verb}.cjs` },
  };
  return `# Made by "npm run action" from the flags of the command. Do not edit.\n${stringify(document, { lineWidth: 0 })}`;
}

function inputMetadata(verb: Verb, input: Input) {
  const description = describe(input);
  if (input.kind === 'model') return { description, required: true };
  return { description, default: input.kind === 'method' ? methodNames(verb)[0] : '' };
}

/** A flag in the words of a workflow, where a list has a line for each value. */
function describe({ description, kind, flag }: Input): string {
  const choices = flag?.choices === undefined ? '' : `: ${flag.choices.join(', ')}`;
  const preset = flag?.preset === undefined ? '' : ` (default: ${flag.preset})`;
  const suffix = kind === 'list' ? '; one on each line' : kind === 'switch' ? '; true or false' : '';
  return `${description.replace(/[;,] can be repeated(?: likewise)?/, '')}${choices}${preset}${suffix}`;
}
