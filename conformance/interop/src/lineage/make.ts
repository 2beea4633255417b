import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './command.ts';
import { models, policy } from './models.ts';
import { World } from './world.ts';

/** Makes the example in a folder: models, signatures, attestations, and what to trust. The private keys are thrown away. */
export async function makeExample(folder: string): Promise<void> {
  const secrets = mkdtempSync(path.join(tmpdir(), 'lineage-'));
  try {
    await using world = await World.open(secrets, path.join(folder, 'trust'));
    writeFileSync(path.join(folder, 'policy.json'), `${JSON.stringify(policy, null, 2)}\n`);
    for (const model of models) await makeModel(folder, model, world);
  } finally {
    rmSync(secrets, { recursive: true });
  }
}

async function makeModel(folder: string, model: (typeof models)[number], world: World): Promise<void> {
  const { name, files, claim, claimType } = model;
  const [method, ...flags] = model.method(world);
  const [kind = '', ...words] = claim;
  mkdirSync(path.join(folder, name));
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(folder, name, file), content);
  const environment = { PATH: `${world.plugins}${path.delimiter}${process.env.PATH}` };
  const call = (...args: string[]) => run(folder, args, environment);
  await call('sign', method, name, ...flags, '--signature', `${name}.sig`, '--quiet');
  const predicate = await call('predicate', kind, `${name}.sig`, ...words);
  writeFileSync(path.join(folder, `${name}.claim.json`), predicate);
  const signed = ['--signature', `${name}.sig`, '--predicate', `${name}.claim.json`, '--type', claimType];
  await call('attest', method, name, ...flags, ...signed, ...model.signer(world), '--quiet');
}
