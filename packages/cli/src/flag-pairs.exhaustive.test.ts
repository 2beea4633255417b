import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandsBelow, type Flag, isGroup, pathText } from './grammar.ts';
import { program } from './program.ts';
import type { Finished, JsonResult, Sandbox } from './testing/command.ts';
import { filesIn, signedHub } from './testing/stores.ts';

/** A value for each flag that takes one; the files are in the sandbox. */
const values: Readonly<Record<string, string>> = {
  ...{ signature: 'model.sig', 'public-key': 'key.pub', 'private-key': 'key.pem', 'passphrase-file': 'key.pub' },
  ...{ password: 'x', only: 'config.json', 'oci-manifest': 'manifest.json', 'ignore-paths': 'model/config.json' },
  ...{ jobs: '2', draft: '1.1', hash: 'blake3', 'shard-size': '300', annotation: 'a=b', to: 'out' },
  ...{ 'only-from': 'names.txt', 'copy-to': 'copied' },
  ...{ reuse: 'model.sig', rehash: 'config.json', audit: '1%', 'reuse-fs': 'tmpfs' },
  ...{ plan: 'plan.json', digests: 'digests', replicas: '2', 'hmac-key-file': 'key.pub' },
  ...{ attestations: 'model.attestations.jsonl', 'require-attestation': 'vuln', from: 'model.sig' },
  ...{ 'signer-key': 'key.pub', 'signer-certificate': 'key.pub' },
  ...{ 'signer-identity': 'me@example.com', 'signer-identity-provider': 'https://issuer.example' },
  ...{ 'log-level': 'warning', 'log-format': 'json', key: 'key.pub', 'pin-file': 'key.pub' },
};

/** The flags that say where a model is and how much of it is looked at: each is combined with every other flag. */
const special = [
  'only',
  'only-from',
  'copy-to',
  'lfs-pointers',
  'oci-manifest',
  'metadata-only',
  'require-pinned',
  'oci-layers',
  'strict',
  'reuse',
  'to',
  'require-attestation',
  'from',
  'per-file',
];

const claim = ['--predicate', 'claim.json', '--type', 'vuln'];

const needed: Readonly<Record<string, readonly string[]>> = {
  'verify key': ['--public-key', 'key.pub'],
  'pull key': ['--public-key', 'key.pub', '--to', 'out'],
  'attest key': ['--private-key', 'key.pem', ...claim, '--attestations', 'out.jsonl'],
  'sign key': ['--private-key', 'key.pem', '--signature', 'new.sig'],
};

const typed = ({ name, value }: Flag) => (value === undefined ? [`--${name}`] : [`--${name}`, values[name] as string]);

/** The flags of a command, each special one with each other one. */
function pairsOf(words: string): string[][] {
  const command = commandsBelow([program])
    .find((path) => pathText(path.slice(1)) === words)
    ?.at(-1);
  if (!command || isGroup(command)) throw new Error(`there is no command ${words}`);
  const flags = command.flags.filter(({ name }) => !needed[words]?.includes(`--${name}`));
  return flags.flatMap((one, index) =>
    flags.flatMap((other, at) => {
      const isPair = special.includes(one.name) && (at > index || !special.includes(other.name));
      return isPair && one !== other ? [[...typed(one), ...typed(other)]] : [];
    }),
  );
}

async function world() {
  const made = await signedHub();
  const layers = Object.entries(filesIn(made.box, 'model')).map(([name, content]) => ({
    mediaType: 'application/vnd.cncf.model.weight.v1.raw',
    digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
    size: content.length,
    annotations: { 'org.cncf.model.filepath': name },
  }));
  const config = { ...layers[0], mediaType: 'application/vnd.cncf.model.config.v1+json' };
  const manifest = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers };
  made.box.write('manifest.json', JSON.stringify(manifest));
  made.box.write('names.txt', 'config.json\n');
  made.box.write('claim.json', '{"passed":12}');
  await made.box.json(['attest', 'key', 'model', '--private-key', 'key.pem', ...claim]);
  // Records of signed files go into the cache of the user.
  return { ...made, env: { ...made.env, XDG_CACHE_HOME: made.box.path('cache') } };
}

type Answer = Finished & { readonly result: JsonResult & { readonly verdict?: string } };

const headings: Readonly<Record<string, string>> = {
  verified: 'Verification succeeded\n',
  partial: 'Verification succeeded for a part of the model\n',
  advertised: 'ADVERTISED, NOT VERIFIED: ',
};

function checkAnswer(flags: readonly string[], { code, result }: Answer): void {
  expect([0, 1, 2, 3]).toContain(code);
  if (!result.ok)
    expect(result.error).toMatchObject({ exitCode: code, code: expect.not.stringMatching('command/failed') });
  if (code !== 0 || result.verdict === undefined) return;
  const given = (name: string) => flags.includes(`--${name}`);
  const asksForStated = ['metadata-only', 'lfs-pointers', 'oci-manifest'].some(given);
  if (result.verdict === 'advertised')
    expect({ asksForStated, strict: given('strict') }).toEqual({ asksForStated: true, strict: false });
  const isPart = given('only') || given('only-from');
  if (result.verdict === 'verified') expect(isPart).toBe(false);
  if (isPart) expect(result.verdict).not.toBe('verified');
  if (given('copy-to')) expect(result.verdict).not.toBe('advertised');
}

/** The first line for people says what the verdict in JSON says. */
async function checkText(
  box: Sandbox,
  args: readonly string[],
  env: Record<string, string>,
  { result }: Answer,
): Promise<void> {
  if (result.verdict === undefined || args.includes('pull')) return;
  const { code, stdout } = await box.run(args, { env });
  expect({ code, isSame: stdout.startsWith(headings[result.verdict] as string) }).toEqual({ code: 0, isSame: true });
}

describe.each(Object.keys(needed))('%s', (words) => {
  test.each(['model', 'hf://org/model'])(
    'any two of its flags, with the model %s, lead to a verdict that was asked for or to a refusal that says why',
    async (operand) => {
      const { box, env } = await world();
      const before = readFileSync(box.path('model.sig'));
      for (const flags of pairsOf(words)) {
        const model = flags.includes('--oci-manifest') || flags.includes('--from') ? [] : [operand];
        const args = [...words.split(' '), ...model, ...(needed[words] ?? []), ...flags];
        const answer = (await box.json(args, { env })) as Answer;
        const isCopied = answer.code === 0 && flags.includes('--copy-to');
        expect.soft(existsSync(box.path('copied')), args.join(' ')).toBe(isCopied);
        rmSync(box.path('copied'), { recursive: true, force: true });
        expect.soft(() => checkAnswer(flags, answer), args.join(' ')).not.toThrow();
        if (answer.code === 0) await checkText(box, args, env, answer);
        rmSync(box.path('copied'), { recursive: true, force: true });
      }
      expect(readFileSync(box.path('model.sig'))).toEqual(before);
    },
  );
});
