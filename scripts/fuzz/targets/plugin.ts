import { parsePluginAnswer } from '../../../packages/keys/src/plugin-answer.ts';
import { readServedKey } from '../../../packages/keys/src/served-key.ts';
import { mutateBytes } from '../mutate/bytes.ts';
import { leaves, mutateJson, mutateJsonText } from '../mutate/json.ts';
import { canonicalKey, publicKeys } from '../public-keys.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';

/** The input: a letter for the method, and the response to it. */
const methods = { p: 'publicKey', s: 'signMessage' } as const;

type Letter = keyof typeof methods;

const encode = (letter: Letter, answer: unknown) => Buffer.from(letter + (JSON.stringify(answer) ?? 'null'));

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Responses of plugins for key services. */
export function pluginTarget(): Target {
  const seeds = [
    ...publicKeys().map((pem) => encode('p', { publicKey: { publicKeyPEM: base64(pem) } })),
    encode('s', { signMessage: { signature: 'MAYCAQECAQE=' } }),
    encode('s', { errorMessage: 'no such key', signMessage: null }),
    encode('p', { errorMessage: '', publicKey: { publicKeyPEM: null }, defaultAlgorithm: {} }),
  ];
  return {
    name: 'plugin',
    description: 'responses of plugins: a key or a signature is the one in the response, and no failure is one',
    seeds: () => seeds,
    generate: (random) => mutate(random.pick(seeds) ?? encode('p', {}), random),
    mutate,
    check,
  };
}

function mutate(input: Uint8Array, random: Random): Buffer {
  const letter = random.chance(0.9) && input[0] === 0x73 ? 's' : 'p';
  const body = Buffer.from(input).subarray(1);
  const written = (changed: Uint8Array) => Buffer.concat([Buffer.from(letter), changed]);
  if (random.chance(0.2)) return written(mutateBytes(body, random));
  if (random.chance(0.3)) return written(Buffer.from(mutateJsonText(body.toString(), random)));
  try {
    const special = [...leaves, 'publicKey', 'signMessage', 'errorMessage', base64(publicKeys()[0] ?? '')];
    return encode(letter, mutateJson(JSON.parse(body.toString()), random, special));
  } catch {
    return written(mutateBytes(body, random));
  }
}

function check(input: Uint8Array): Verdict {
  const letter = input[0] === 0x73 ? 's' : 'p';
  const body = Buffer.from(input).subarray(1);
  try {
    const bytes = parsePluginAnswer(body, methods[letter], 'the plugin', {});
    const key = letter === 'p' ? readServedKey(bytes, 'the plugin') : null;
    const answer = JSON.parse(body.toString());
    if (answer.errorMessage) throw new WrongVerdict('a failure is taken for a result');
    const stated = letter === 'p' ? answer.publicKey.publicKeyPEM : answer.signMessage.signature;
    if (Buffer.from(bytes).toString('base64') !== stated) throw new WrongVerdict('the result is another one');
    if (bytes.length === 0) throw new WrongVerdict('the result is empty');
    if (key && key.pem !== canonicalKey(Buffer.from(bytes))) throw new WrongVerdict('the key is another one');
    return accepted(`${letter} ${key?.curve}`);
  } catch (error) {
    if (error instanceof WrongVerdict) throw error;
    return refusalBy(error);
  }
}
