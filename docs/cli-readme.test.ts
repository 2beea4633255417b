import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { commandMeanings } from './src/error-meanings.ts';
import { root } from './workplace.ts';

const manual = readFileSync(path.join(root, 'packages/cli/README.md'), 'utf8');
const schema = JSON.parse(readFileSync(path.join(root, 'packages/cli/schemas/result-v1.schema.json'), 'utf8'));

/** The object of the schema that a row of the manual is about, by the first cell of the row. */
const objects: Readonly<Record<string, string>> = {
  '`sign`': 'sign',
  '`verify`': 'verify',
  '`verify` with a policy that refuses and does not enforce': 'verifyNotEnforced',
  '`pull`': 'pull',
  '`attach`': 'attach',
  '`attach` with `--attestations`': 'attachAttestations',
  '`signatures`': 'signatures',
  '`predicate-slsa`': 'predicate-slsa',
  '`predicate-cyclonedx`': 'predicate-cyclonedx',
  '`attest`': 'attest',
  '`attestations`': 'attestations',
  '`attestations` with `--extract`': 'attestationsClaims',
  '`lineage`': 'lineage',
  '`digest`': 'digest',
  '`plan`': 'plan',
  '`hash`': 'hash',
  '`inspect`': 'inspect',
  '`inspect` of another bundle': 'inspectOther',
  '`inspect` of several bundles': 'inspectSeveral',
  '`key-public`': 'key-public',
  '`key-generate`': 'key-generate',
  '`policy-check`': 'policy-check',
  '`policy-explain`': 'policy-explain',
  '`policy-init`': 'policy-init',
  '`trust`': 'trust',
  '`completion`': 'completion',
  '`help`': 'help',
  '`version`': 'version',
  'of `sign` and `verify`, with a key': 'KeySigner',
  'of `sign` and `verify`, with an identity': 'SigstoreSigner',
  'of `sign` and `verify`, with a certificate': 'CertificateSigner',
  'of `inspect`: claims': 'ClaimedSigner',
};

it.each(Object.entries(objects))('the manual names the members that the schema has for the row %s', (row, object) => {
  const cell = manual.split('\n').find((line) => line.startsWith(`| ${row} | \``));
  const named = [...(cell ?? '').slice(row.length + 4).matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
  const common = ['schema', 'ok', 'command'];
  const members = Object.keys(schema.$defs[object].properties).filter((name) => !common.includes(name));
  expect(named.sort()).toEqual(members.sort());
});

it('the manual names every command of the schema, and every error code of the command itself', () => {
  const commands = schema.properties.command.enum as string[];
  expect(Object.keys(objects).filter((row) => commands.some((name) => row === `\`${name}\``))).toHaveLength(
    commands.length,
  );
  for (const code of Object.keys(commandMeanings)) expect(manual).toContain(`\`${code}\``);
  for (const command of commands) expect(manual).toMatch(new RegExp(`^\\| \`${command}[ \`]`, 'm'));
});
