import type { DependencyFlags, SlsaFlags } from '../commands/predicate.ts';
import { type Command, collect, type Flag, type Group } from '../grammar.ts';
import { uri } from '../options.ts';

const operand = {
  name: 'signature',
  description: 'the signature of the model that the claim will be about',
  reads: true,
} as const;

const dependencyFlags: readonly Flag[] = [
  ['base-model', 'a model that this one was made from'],
  ['dataset', 'data that it was trained with'],
  ['adapter', 'an adapter that it contains'],
  ['teacher', 'a model whose answers it was trained with'],
].map(([name, what]) => ({
  name: name as string,
  value: 'file',
  description: `the signature of ${what}; can be repeated`,
  reads: true,
  repeatable: true,
  parse: collect,
}));

const slsa: Command = {
  name: 'slsa',
  description: 'print a SLSA provenance (version 1) to complete: how, by what and from what the model was made',
  operand,
  flags: [
    {
      name: 'build-type',
      value: 'uri',
      description: 'what kind of build it was, a URI that says what the parameters mean',
      required: true,
      parse: uri,
    },
    { name: 'builder', value: 'uri', description: 'what ran it, a URI', required: true, parse: uri },
    ...dependencyFlags,
  ],
  examples: [
    'predicate slsa model.sig --build-type https://example.com/train/v1 --builder https://example.com/trainer \\\n    --base-model base.sig --dataset data.sig > slsa.json',
  ],
  run: async (file, flags: SlsaFlags, context) =>
    (await import('../commands/predicate.ts')).predicateSlsa(file, flags, context),
};

const cyclonedx: Command = {
  name: 'cyclonedx',
  description:
    'print a bill of materials (CycloneDX 1.6) to complete: the files of the model, and what it was made from',
  operand,
  flags: dependencyFlags,
  examples: ['predicate cyclonedx model.sig --base-model base.sig > bom.json'],
  run: async (file, flags: DependencyFlags, context) =>
    (await import('../commands/predicate.ts')).predicateCyclonedx(file, flags, context),
};

/** `predicate`. */
export const predicate: Group = {
  name: 'predicate',
  description: 'begin a claim to attest, from what signatures say',
  usage: '[command]',
  noun: 'command',
  commands: [slsa, cyclonedx],
  examples: ['predicate slsa --help'],
};
