import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Service } from '@model-signing/testing/http';
import { TestInstance } from '@model-signing/testing/sigstore-instance';
import { TestUpdateRepository } from '@model-signing/testing/update-repository';
import { anchors } from '../../../packages/sigstore/src/generated/anchors.ts';
import { loadTrust } from '../../../packages/sigstore/src/load-trust.ts';
import { leaves, mutateJson, mutateJsonText } from '../mutate/json.ts';
import { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';

/** The metadata of The Update Framework that `--refresh-trust` stores, of a repository with other keys in each process. */
export async function trustStoreTarget(): Promise<Target> {
  const instance = new TestInstance();
  const stored = await storedBy(instance);
  const directory = mkdtempSync(path.join(tmpdir(), 'model-signing-'));
  return {
    name: 'trust-store',
    description: 'stored metadata of The Update Framework',
    seeds: () => [Buffer.from('{}')],
    generate: (random) => Buffer.from(JSON.stringify(edit({}, random))),
    mutate: (input, random) => Buffer.from(JSON.stringify(edit(JSON.parse(Buffer.from(input).toString()), random))),
    check: (input) => check(JSON.parse(Buffer.from(input).toString()), stored, directory, instance),
    close: () => rmSync(directory, { recursive: true }),
  };
}

const members = ['roots', 'timestamp', 'snapshot', 'targets', 'trustedRoot'] as const;

type Member = (typeof members)[number];
type Stored = Record<Member | 'form', unknown>;

/** The input: which members are changed, by which random choices, and how. */
type Edits = Partial<Record<Member, { readonly seed: number; readonly how: 'json' | 'text' | 'outer' | 'other' }>>;

function edit(edits: Edits, random: Random): Edits {
  const how = random.pick(['json', 'json', 'json', 'text', 'outer', 'other'] as const);
  return { ...edits, [random.pick(members)]: { seed: random.below(1e9), how } };
}

async function check(edits: Edits, stored: Stored, directory: string, instance: TestInstance): Promise<Verdict> {
  const changed: Record<string, unknown> = { ...stored };
  for (const [member, { seed, how }] of Object.entries(edits)) {
    const random = new Random(seed);
    const text = Buffer.from(String([stored[member as Member]].flat()[0]), 'base64').toString();
    const document =
      how === 'json' ? JSON.stringify(mutateJson(JSON.parse(text), random, leaves)) : mutateJsonText(text, random);
    const encoded = Buffer.from(document ?? 'null').toString('base64');
    if (how === 'outer') changed[member] = mutateJson(stored[member as Member], random, leaves);
    else if (how === 'other') changed[member] = stored[random.pick(members)];
    else changed[member] = member === 'roots' ? [encoded] : encoded;
  }
  writeFileSync(path.join(directory, 'staging.json'), JSON.stringify(changed), { mode: 0o600 });
  try {
    const { materials } = await loadTrust({ instance: 'staging', cacheDirectory: directory });
    const logs = materials.flatMap(({ tlogs }) => tlogs.map(({ logID }) => logID.toString('hex')));
    const ours = [instance.logV1.id, instance.logV2.id].map((id) => id.toString('hex'));
    if (logs.join() !== ours.join()) throw new WrongVerdict('trusts logs that the repository does not name');
    return accepted(Object.keys(edits).join());
  } catch (error) {
    return refusalBy(error);
  }
}

/** What is stored of a repository whose first root is trusted as that of the staging instance. */
async function storedBy(instance: TestInstance): Promise<Stored> {
  const faults = new Map<string, Service>();
  const repository = new TestUpdateRepository({ faults });
  const trustedRoot = JSON.stringify(instance.trustedRoot());
  repository.publish(trustedRoot);
  const { version, expires } = JSON.parse(repository.anchor).signed;
  anchors.staging = { source: 'a test', version, expires, root: repository.anchor, builtIn: null };
  const encoded = async (name: string) => {
    const response = await faults.get(name)?.({
      method: 'GET',
      url: new URL('http://test'),
      headers: {},
      body: Buffer.of(),
    });
    return Buffer.from(String(response?.body)).toString('base64');
  };
  return {
    form: 'model-signing/trust-cache/v1',
    roots: [await encoded('/1.root.json')],
    timestamp: await encoded('/timestamp.json'),
    snapshot: await encoded('/1.snapshot.json'),
    targets: await encoded('/1.targets.json'),
    trustedRoot: Buffer.from(trustedRoot).toString('base64'),
  };
}
