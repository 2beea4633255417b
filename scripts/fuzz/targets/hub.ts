import type { ModelFile } from '../../../packages/core/src/model.ts';
import type { Transport } from '../../../packages/sources/src/http/transport.ts';
import { openRepository } from '../../../packages/sources/src/huggingface/model.ts';
import { leaves, mutateJson } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';

const HUB = 'https://hub.example';
const TOKEN = 'hf_secret_token_of_the_caller';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const TREE = `/api/models/org/model/tree/${COMMIT}`;

/** What a hub sends: about a revision, and then page by page what is in it. */
interface Answers {
  readonly revision?: unknown;
  readonly pages?: unknown;
}

const entry = (path: string, more: object = {}) => ({ type: 'file', oid: 'a'.repeat(40), size: 7, path, ...more });
const large = entry('w.bin', {
  size: 9_000_000_000,
  lfs: { oid: 'b'.repeat(64), size: 9_000_000_000, pointerSize: 135 },
});
const next = `<${HUB}${TREE}?recursive=true&cursor=x>; rel="next"`;

const base: Answers = {
  revision: { id: 'org/model', sha: COMMIT },
  pages: [
    { link: next, body: [entry('config.json'), { type: 'directory', oid: 'c'.repeat(40), size: 0, path: 'sub' }] },
    { link: null, body: [entry('sub/a.txt'), large] },
  ],
};

const special = [
  ...leaves,
  ...['../a', 'a/../b', '/a', 'a/', 'a//b', 'a#b', 'a%2fb', 'config.json', 'sub', 'file', 'directory', 'submodule'],
  ...[next, next.replace('hub.', 'other.'), `<${TREE}>; rel="next"`, '<//other.example/>; rel="next"', 'rel="next"'],
  ...[COMMIT, COMMIT.toUpperCase(), 'b'.repeat(64), '55', -7, 7.5],
];

/** Listings of hubs, which are untrusted: only files with canonical names of their own are listed, and no other origin gets the token. */
export function hubTarget(): Target {
  return {
    name: 'hub',
    description: 'listings of hubs: every listed file is one that was sent, and no other origin is asked',
    seeds: () => [encode(base), encode({ ...base, pages: [] })],
    generate: (random) => encode(mutateJson(base, random, special)),
    mutate: (input, random) => mutate(input, random),
    check,
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null');

function mutate(input: Uint8Array, random: Random): Uint8Array {
  return encode(mutateJson(JSON.parse(Buffer.from(input).toString()), random, special));
}

async function check(input: Uint8Array): Promise<Verdict> {
  const answers = (JSON.parse(Buffer.from(input).toString()) ?? {}) as Answers;
  const pages = Array.isArray(answers.pages) ? answers.pages : [answers.pages];
  const asked: string[] = [];
  let page = 0;
  const transport: Transport = async (url) => {
    asked.push(url.href);
    const { link, body } = (url.pathname === TREE ? pages[page++] : { body: answers.revision }) ?? {};
    const text = encode(body);
    return {
      status: 200,
      url,
      header: (name) => (name === 'link' && typeof link === 'string' ? link : null),
      body: (async function* () {
        yield text;
      })(),
    };
  };
  const verdict = await list(transport, (files) => checkFiles(files, pages.slice(0, page)));
  const elsewhere = asked.find((href) => !href.startsWith(`${HUB}/api/models/org/model`));
  if (elsewhere !== undefined) throw new WrongVerdict(`${elsewhere} was asked`);
  return verdict;
}

async function list(transport: Transport, checkListed: (files: readonly ModelFile[]) => void): Promise<Verdict> {
  try {
    const reference = { kind: 'huggingface', type: 'model', repository: 'org/model', revision: null } as const;
    const client = { transport, attempts: 1 };
    const model = await openRepository(reference, { endpoint: HUB, token: TOKEN, client });
    const { files, unusable } = await model.list({ followSymlinks: false, excludes: () => false, sizes: true });
    checkListed(files);
    return accepted(`${files.length} ${unusable.length}`);
  } catch (error) {
    if (error instanceof Error && error.message.includes(TOKEN)) throw new WrongVerdict('a message holds the token');
    return refusalBy(error);
  }
}

/** Every file that was sent is listed once, with the size and the digest that were sent for it, and no other one. */
function checkFiles(files: readonly ModelFile[], pages: readonly unknown[]): void {
  const sent = pages.flatMap((page) => (page as { readonly body: readonly Record<string, unknown>[] }).body);
  const expected = sent.filter(({ type }) => type === 'file');
  if (expected.length !== files.length)
    throw new WrongVerdict(`${files.length} of ${expected.length} files are listed`);
  const seen = new Set<string>();
  for (const [index, { name, size, content }] of files.entries()) {
    const { path, size: sentSize, lfs } = expected[index] as Record<string, unknown>;
    if (path !== name || size !== sentSize) throw new WrongVerdict('a file is listed that was not sent');
    const isCanonical = name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
    if (!isCanonical || name.includes('\0')) throw new WrongVerdict('a name is not canonical');
    if (seen.has(name)) throw new WrongVerdict('a name is listed twice');
    seen.add(name);
    const digest = (lfs as { readonly oid?: unknown } | null | undefined)?.oid;
    if (content.known?.digest !== digest) throw new WrongVerdict('a digest is not the one that was sent');
  }
}
