import { createHmac, timingSafeEqual } from 'node:crypto';
import { quote } from '@model-signing/core';
import { CommandError, type CommandErrorCode } from '../failure.ts';
import { digestLength, hasOnly, isCount, isHex, parseDocument } from './documents.ts';
import { MAX_REPLICA } from './limits.ts';
import type { Plan } from './plan.ts';

const FORMAT = 'model-signing-digests/1';

/** The longest name of a host, in characters. */
export const MAX_HOST = 255;

/** What one host has computed: the digests of one part of a plan. */
export interface Answer {
  /** The identifier of the plan. */
  readonly plan: string;
  readonly part: number;
  /** Which of several answers for the same part it is; null if there is only one. */
  readonly replica: number | null;
  /** What the host calls itself: a claim. */
  readonly host: string;
  /** In the order of the plan, in lowercase hexadecimal. */
  readonly digests: readonly string[];
}

/** The name of its file in the directory of all answers. */
export function fileNameOf({ part, replica }: Pick<Answer, 'part' | 'replica'>): string {
  return replica === null ? `part-${part}.json` : `part-${part}.${replica}.json`;
}

/** Which answer a file of the directory is by its name; null for other files. */
export function answerNamed(file: string): Pick<Answer, 'part' | 'replica'> | null {
  const [, part, replica] = /^part-(0|[1-9][0-9]{0,8})(?:\.(0|[1-9][0-9]{0,8}))?\.json$/.exec(file) ?? [];
  return part === undefined ? null : { part: Number(part), replica: replica === undefined ? null : Number(replica) };
}

/**
 * The document.
 * @param key to authenticate it with; null for none
 */
export function encodeAnswer(answer: Answer, key: Uint8Array | null): string {
  const body = bodyOf(answer);
  return key === null ? `${body}}\n` : `${body},"hmac":"${hmacOf(body, key).toString('hex')}"}\n`;
}

/** All members but the last, which authenticates them. Their order is part of the format. */
function bodyOf({ plan, part, replica, host, digests }: Answer): string {
  return JSON.stringify({ format: FORMAT, plan, part, replica, host, digests }).slice(0, -1);
}

/** The name of the format is in what is authenticated, so that no other use of the key has the same values. */
function hmacOf(body: string, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(body).digest();
}

/** Bytes besides the digests; the name of a host may be written with escapes. */
const REST_BYTES = 4096;

/** The most bytes that the answer for a part can have. */
export function mostBytes(plan: Plan, part: number): number {
  return REST_BYTES + countOf(plan, part) * (digestLength[plan.serialization.hashType] + 3);
}

/** How many digests a part has. */
function countOf({ parts }: Plan, part: number): number {
  return (parts[part + 1] as number) - (parts[part] as number);
}

/**
 * Parses an untrusted answer, and checks that it is a whole one for this part of this plan.
 * @param key that must have authenticated it; null for none
 * @throws {CommandError} `command/digests-invalid`, `command/digests-foreign`, `command/digests-unauthenticated`
 */
export function parseAnswer(
  bytes: Uint8Array,
  plan: Plan,
  expected: Pick<Answer, 'part' | 'replica'>,
  key: Uint8Array | null,
): Answer {
  const name = quote(fileNameOf(expected));
  const refuse = refusing(name);
  const count = countOf(plan, expected.part);
  const limits = { maxBytes: mostBytes(plan, expected.part), maxDepth: 2, maxValues: count + 16 };
  const value = parseDocument(bytes, `answer ${name}`, 'command/digests-invalid', limits, [hints.invalid]);
  const members = ['format', 'plan', 'part', 'replica', 'host', 'digests'];
  if (!hasOnly(value, members, ['hmac'])) throw refuse('invalid', 'its members are others');
  const { format, plan: id, part, replica, host, digests, hmac } = value;
  if (format !== FORMAT) throw refuse('invalid', `its format is not ${FORMAT}`);
  if (!isHex(id, 64)) throw refuse('invalid', 'it names no plan');
  if (!isCount(part, 0, Number.MAX_SAFE_INTEGER)) throw refuse('invalid', 'it names no part');
  if (replica !== null && !isCount(replica, 0, MAX_REPLICA)) throw refuse('invalid', 'its replica is not a number');
  if (!isHost(host)) throw refuse('invalid', 'it names no host');
  if (!Array.isArray(digests)) throw refuse('invalid', 'it has no digests');
  const length = digestLength[plan.serialization.hashType];
  if (!digests.every((digest) => isHex(digest, length))) {
    throw refuse('invalid', `a digest is not ${plan.serialization.hashType} in lowercase hexadecimal`);
  }
  const answer = { plan: id, part, replica, host, digests };
  // A user who forgets the key on one of the commands would not learn that nothing was authenticated.
  if (key === null && hmac !== undefined) throw refuse('keyless', 'it has an HMAC, and no key to check it is given');
  if (key !== null && !isAuthentic(answer, hmac, key)) {
    throw refuse('unauthenticated', hmac === undefined ? 'it has no HMAC' : 'its HMAC is not by the key');
  }
  if (id !== plan.id) throw refuse('foreign', 'it is of another plan');
  if (part !== expected.part || replica !== expected.replica)
    throw refuse('foreign', 'it is of another part than its name');
  if (digests.length !== count) throw refuse('invalid', `it has ${digests.length} digests, and the part has ${count}`);
  return answer;
}

function isAuthentic(answer: Answer, hmac: unknown, key: Uint8Array): boolean {
  return isHex(hmac, 64) && timingSafeEqual(Buffer.from(hmac, 'hex'), hmacOf(bodyOf(answer), key));
}

/** Whether it is a name for a host: printable, and of a bounded length. */
export function isHost(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_HOST && /^[!-~]+$/.test(value);
}

const hints = {
  invalid: 'remove the file, and hash the part again',
  foreign: 'each plan needs a directory of its own for its answers',
  unauthenticated:
    'every hash and the command that reads the answers need the same --hmac-key-file; remove what was written without it, and hash it again',
  keyless: 'add the --hmac-key-file that hash had',
} as const;

function refusing(name: string): (problem: keyof typeof hints, message: string) => CommandError {
  return (problem, message) => {
    const code: CommandErrorCode = `command/digests-${problem === 'keyless' ? 'unauthenticated' : problem}`;
    return new CommandError(code, `the answer ${name} cannot be used: ${message}`, { hints: [hints[problem]] });
  };
}
