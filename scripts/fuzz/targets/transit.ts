import { parseTransitKey, parseTransitSignature } from '../../../packages/keys/src/transit-answer.ts';
import { mutateBytes } from '../mutate/bytes.ts';
import { leaves, mutateJson, mutateJsonText } from '../mutate/json.ts';
import { canonicalKey, publicKeys } from '../public-keys.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';

/** The input: the kind of request, the version, 0 for the latest one, the status and the body of the response. */
type Exchange = readonly [asked: 'k' | 's', version: number, status: number, body: Buffer];

const TOKEN = 's.A1b2C3d4E5f6G7h8I9j0K1l2';

const types = ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'ed25519', 'rsa-2048', 'aes256-gcm96'] as const;

const encode = ([asked, version, status, body]: Exchange) =>
  Buffer.concat([Buffer.from(`${asked}${version}${status}`), body]);

const decode = (input: Uint8Array): Exchange => {
  const text = Buffer.from(input).toString('latin1');
  const status = Number(text.slice(2, 5));
  const body = Buffer.from(input).subarray(5);
  return [text[0] === 's' ? 's' : 'k', Number(text[1]) || 0, Number.isInteger(status) ? status : 200, body];
};

const json = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'null');

/** Responses of the transit engines of OpenBao and Vault. */
export function transitTarget(): Target {
  const seeds = [...keySeeds(), ...signatureSeeds()].map(encode);
  return {
    name: 'transit',
    description: 'responses of OpenBao and Vault: a key or a signature is that of the version, and no token is shown',
    seeds: () => seeds,
    generate: (random) => mutate(random.pick(seeds) ?? encode(['k', 0, 200, json({})]), random),
    mutate,
    check,
  };
}

function keySeeds(): Exchange[] {
  const keys = publicKeys().map((pem, at) => [at + 1, { name: 'P-256', public_key: pem }] as const);
  const all = { latest_version: keys.length, keys: Object.fromEntries(keys) };
  const first = { latest_version: 1, keys: { 1: keys[0]?.[1] } };
  return [
    ...types.map((type): Exchange => ['k', 0, 200, json({ data: { type, ...first } })]),
    ...keys.flatMap(([at]) =>
      types.slice(0, 3).map((type): Exchange => ['k', at, 200, json({ data: { type, ...all } })]),
    ),
    ['k', 0, 200, json({ data: { type: 'aes256-gcm96', latest_version: 1, keys: { 1: 1_700_000_000 } } })],
  ];
}

function signatureSeeds(): Exchange[] {
  const errors = [`permission denied for ${TOKEN}`, 'no'];
  return [
    ['s', 1, 200, json({ data: { key_version: 1, signature: 'vault:v1:MAYCAQECAQE=' } })],
    ['s', 3, 200, json({ data: { key_version: 3, signature: 'vault:v3:MAYCAQECAQE=' } })],
    ...[400, 403, 404, 429, 500, 503, 307, 204].map((status): Exchange => ['s', 1, status, json({ errors })]),
  ];
}

function mutate(input: Uint8Array, random: Random): Buffer {
  const [asked, version, status, body] = decode(input);
  const written = (changed: Buffer) =>
    encode([
      random.chance(0.95) ? asked : 'k',
      random.chance(0.9) ? version : random.below(5),
      random.chance(0.9) ? status : random.pick([200, 201, 302, 400, 401, 403, 404, 418, 503, 599, 0] as const),
      changed,
    ]);
  if (random.chance(0.2)) return written(mutateBytes(body, random));
  if (random.chance(0.3)) return written(Buffer.from(mutateJsonText(body.toString(), random)));
  try {
    const special = [...leaves, ...types, 'vault:v1:', 'vault', ':', TOKEN, { errors: [TOKEN] }];
    return written(json(mutateJson(JSON.parse(body.toString()), random, special)));
  } catch {
    return written(mutateBytes(body, random));
  }
}

function check(input: Uint8Array): Verdict {
  const [asked, version, status, body] = decode(input);
  const answer = { status, body, holder: 'the key', secrets: [TOKEN] };
  try {
    const trait = asked === 'k' ? checkKey(answer, version) : checkSignature(answer, version);
    if (status !== 200) throw new WrongVerdict(`a response with status ${status} is accepted`);
    return accepted(`${asked} ${trait}`);
  } catch (error) {
    if (error instanceof WrongVerdict) throw error;
    const verdict = refusalBy(error);
    if ((error as Error).message.includes(TOKEN.slice(3, 11))) throw new WrongVerdict('a message has the token');
    return verdict;
  }
}

type Answer = Parameters<typeof parseTransitKey>[0];

function checkKey(answer: Answer, wanted: number): string {
  const { key, version } = parseTransitKey(answer, wanted || null);
  const { data } = JSON.parse(Buffer.from(answer.body).toString());
  if (version !== (wanted || data.latest_version)) throw new WrongVerdict(`it has version ${version}`);
  const stated = canonicalKey(Buffer.from(data.keys[version].public_key));
  if (key.pem !== stated) throw new WrongVerdict('the key is another one');
  if (data.type !== `ecdsa-${key.curve.replace('-', '').toLowerCase()}`)
    throw new WrongVerdict('the type is another one');
  return key.curve;
}

function checkSignature(answer: Answer, version: number): string {
  const signature = parseTransitSignature(answer, version);
  const { data } = JSON.parse(Buffer.from(answer.body).toString());
  const stated = `vault:v${version}:${Buffer.from(signature).toString('base64')}`;
  if (data.signature !== stated || signature.length === 0) throw new WrongVerdict('the signature is another one');
  return '';
}
