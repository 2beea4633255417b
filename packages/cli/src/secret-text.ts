import { exists } from './file-names.ts';

/** What a text is: a key or token to keep secret, or other content of a file, which may be public; null for a name. */
type Content = 'secret' | 'content' | null;

const PEM_BEGIN = '-----BEGIN';

/** Every form of a key is longer. */
const MIN_LENGTH = 40;

/** Where content begins in a word, such as after the name of a flag: a longer word is content as a whole. */
const MAX_PREFIX = 200;

/**
 * Recognizes the content of a key, a token or a certificate that stands where a name is expected: PEM, DER in Base64 or hex, PEM
 * that was encoded again, JSON Web Keys and Tokens, and lines of Base64.
 */
export function contentIn(word: string): Content {
  // A shell splits PEM into words if it is not quoted, and this is the first.
  if (word.length < MIN_LENGTH) return word.includes(PEM_BEGIN) ? 'content' : null;
  const after = word.indexOf('=') + 1;
  const value = after > 0 && after < MAX_PREFIX ? contentOf(word.slice(after)) : null;
  return value ?? contentOf(word.replace(/^--?(?!-)/, ''));
}

function contentOf(text: string): Content {
  if (text.includes(PEM_BEGIN)) return /PRIVATE|ENCRYPTED/.test(text) ? 'secret' : 'content';
  if (/"(?:d|k|privateKey|private_key)"\s{0,9}:/.test(text)) return 'secret';
  if (/(?:^|[^\w-])eyJ[\w-]+\.[\w-]+\./.test(text)) return 'secret';
  const compact = text.replace(/\s|\\[nr]/g, '');
  if (compact.length < MIN_LENGTH || !/^[\w+/-]+=*$/.test(compact)) return null;
  const isHex = /^[0-9a-f]+$/i.test(compact);
  const found = bytesContent(Buffer.from(compact, isHex ? 'hex' : 'base64'));
  // Names of files have spaces, and hardly ever line breaks.
  return found ?? (hasLines(text) ? 'content' : null);
}

/** Whether a text has line breaks. A path on Windows may hold `\n` too, as in `models\new`, but hardly after so many characters. */
function hasLines(text: string): boolean {
  const trimmed = text.trim();
  return /[\r\n]/.test(trimmed) || trimmed.search(/\\[nr]/) >= MIN_LENGTH;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** What decoded text is. Every private key in DER begins with a sequence and a version, all else with two sequences. */
function bytesContent(bytes: Buffer): Content {
  const start = bytes.toString('latin1', 0, 10);
  if (start === PEM_BEGIN || start.startsWith('{"')) return 'secret';
  if (bytes[0] !== SEQUENCE) return null;
  const length = bytes[1] as number;
  const isLong = length === 0x81 || length === 0x82;
  const inside = isLong ? 1 + (length & 0x7f) + 1 : 2;
  if (bytes[inside] === INTEGER && bytes[inside + 1] === 1 && (bytes[inside + 2] as number) < 4) return 'secret';
  return isLong && bytes[inside] === SEQUENCE ? 'content' : null;
}

/**
 * Whether a word looks drawn at random, like the bare number of a private key. A digest of 64 digits looks the same, so that alone
 * refuses nothing. The name of a commit is shorter than any key, and a path has more slashes than Base64, or digests between them.
 */
function looksRandom(word: string): boolean {
  const [, text = ''] = /^(?:--?[\w-]{1,40}=)?([\w+/-]{40,}=*)$/.exec(word) ?? [];
  if (isHex.test(text)) return text.length >= HEX_KEY;
  const parts = text.split('/');
  if (parts.length - 1 > text.length * BASE64_SLASHES) return false;
  const rest = parts.filter((part) => part.length < DIGEST || !isHex.test(part)).join('/');
  if (rest.length < MIN_LENGTH) return false;
  const kinds = Array.from(rest, (character) => (/\d/.test(character) ? 0 : /[a-z]/.test(character) ? 1 : 2));
  const changes = kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length;
  return changes > rest.length * RANDOM_CHANGES;
}

const isHex = /^[0-9a-f]+$/i;

/** The digits of the shortest digest in a path. */
const DIGEST = 32;

/** The digits of the number of the shortest private key, on P-256. */
const HEX_KEY = 64;

/** Of the characters of Base64, one in 64 is a slash; nine times as many are in one key of some hundred thousand. */
const BASE64_SLASHES = 1 / 7;

/** Of random Base64, two thirds of the characters are of another kind than the one before; of a name, far fewer. */
const RANDOM_CHANGES = 0.45;

/** The words of a command line, and of its variables, that no message may repeat. A random word is none if it names a file. */
export function secretWords(argv: readonly string[], environment: NodeJS.ProcessEnv): string[] {
  const variables = Object.entries(environment).flatMap(([name, value = '']) =>
    name.startsWith('MODEL_SIGNING_') ? value : [],
  );
  return [...argv, ...variables].filter(
    (word) => contentIn(word) !== null || (looksRandom(word) && !exists(word.replace(/^--?[\w-]+=/, ''))),
  );
}

/** What comes before the host of an address, and is a password or a token there. The revision of `hf://gpt2@main` is none. */
const CREDENTIALS = /\b((?:(?!hf:)[a-z][a-z0-9+.-]{0,20}:\/\/)|hf:\/\/(?=[^\s/?#"@]*:))[^\s/?#"]*@/gi;

/** What follows the path of an address, which can hold a key. */
const QUERY = /(\bhttps?:\/\/[^\s?"]*\?)[^\s"]+/gi;

/** The PIN in a PKCS #11 URI, which is shorter than any piece of another secret that is looked for. */
const PIN = /(\bpin-value=)[^\s;&?"']+/gi;

/** Pieces of a secret that are shorter reveal little, and could be part of any text. */
const PIECE = 8;

/** Removes from texts what addresses hide, and the pieces of 8 or more characters that they have in common with a secret. */
export class Redaction {
  readonly #secrets: readonly string[];
  #pieces: Set<string> | null = null;

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  apply(given: string): string {
    const text = withoutPins(withoutCredentials(given));
    if (this.#secrets.length === 0) return text;
    this.#pieces ??= new Set(this.#secrets.flatMap(piecesOf));
    let kept = '';
    let from = 0;
    for (let at = 0; at + PIECE <= text.length; at++) {
      if (!this.#pieces.has(text.slice(at, at + PIECE))) continue;
      kept += `${text.slice(from, at)}(secret)`;
      while (this.#pieces.has(text.slice(at + 1, at + 1 + PIECE))) at++;
      from = at + PIECE;
      at = from - 1;
    }
    return kept + text.slice(from);
  }
}

function withoutCredentials(text: string): string {
  return text.includes('://') ? text.replace(CREDENTIALS, '$1(secret)@').replace(QUERY, '$1(secret)') : text;
}

function withoutPins(text: string): string {
  return text.includes('=') ? text.replace(PIN, '$1(secret)') : text;
}

function piecesOf(secret: string): string[] {
  return Array.from({ length: Math.max(secret.length - PIECE + 1, 0) }, (_, at) => secret.slice(at, at + PIECE));
}
