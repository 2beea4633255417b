import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { VectorInputs } from '../vectors/vector.ts';
import type { ParsedBundle } from './bundle.ts';
import { type Json, type JsonObject, parseJson } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import { entryAbout } from './log-entry.ts';
import { preAuthenticationEncoding } from './pae.ts';
import { isObject } from './statement.ts';
import { verifiedTimes } from './timestamp.ts';
import { readCertificate } from './x509.ts';

interface Trust {
  readonly inputs: VectorInputs;
  readonly read: (file: string) => Buffer;
}

/** A log of a trust root. */
interface Log {
  readonly id: string;
  readonly key: KeyObject;
  readonly start: number;
  readonly end: number;
}

/** Verifies the log entries of a bundle whose signature is verified, if the caller requires one: section 3.5 of the draft. */
export function checkLogged(bundle: ParsedBundle, signer: string | (() => Buffer), trust: Trust, judge: Judge): void {
  if (!trust.inputs.requireLog) return;
  const { tlogEntries } = bundle.material;
  const entries = Array.isArray(tlogEntries) ? tlogEntries.filter(isObject) : [];
  judge.refuseIf(entries.length === 0, 'log-not-required', 'signer/log-missing', 'no entry');
  if (entries.length === 0) return;
  const root = parseJson(trust.read(trust.inputs.trustedRoot ?? ''), 'bundle', judge.apart());
  const { payload, payloadType, signature } = bundle;
  const logged = {
    signature,
    payload,
    signedBytes: preAuthenticationEncoding(payloadType, payload),
    signer: typeof signer === 'string' ? signer : signer(),
  };
  for (const entry of entries) entryAbout(bodyOf(entry), logged, judge);
  const times = [...entries.flatMap(promisedTime), ...stampedTimes(bundle, root, judge)];
  judge.refuseIf(times.length === 0, 'log-time-may-be-absent', 'signer/timestamp-invalid', 'no verified time');
  for (const entry of entries) checkEntry(entry, logOf(entry, root, times, judge), judge);
}

function bodyOf(entry: JsonObject): Json {
  const body = bytesAt(entry, 'canonicalizedBody').toString();
  try {
    return JSON.parse(body) as Json;
  } catch {
    throw invalid('its body is no JSON');
  }
}

/** The time that a promise is for, in milliseconds: it counts only once the promise is verified. */
function promisedTime(entry: JsonObject): number[] {
  const seconds = Number(entry.integratedTime ?? 0);
  return entry.inclusionPromise !== undefined && seconds > 0 ? [seconds * 1000] : [];
}

/** The times of the timestamps that an authority of the trust root made; others are ignored. */
function stampedTimes(bundle: ParsedBundle, root: Json, judge: Judge): number[] {
  const authorities = listAt(root, 'timestampAuthorities').flatMap((each) =>
    listAt(at(each, 'certChain'), 'certificates').map((one) => readCertificate(bytesAt(one, 'rawBytes'))),
  );
  try {
    const data = bundle.material.timestampVerificationData;
    if (judge.has('log-timestamps-unchecked') && listAt(data, 'rfc3161Timestamps').length > 0) return [Date.now()];
    return verifiedTimes(bundle, authorities.slice(-1), [], judge.apart(false));
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** The log that an entry names, if its key was valid at each of the times. */
function logOf(entry: JsonObject, root: Json, times: readonly number[], judge: Judge): Log | null {
  const id = bytesAt(at(entry, 'logId'), 'keyId').toString('base64');
  const logs = listAt(root, 'tlogs').map(readLog);
  const named = logs.find((log) => log.id === id) ?? null;
  judge.refuseIf(named === null, 'log-of-any-key', 'signer/log-invalid', 'no log of the trust root');
  const ended = named !== null && times.some((time) => time < named.start || named.end < time);
  judge.refuseIf(ended, 'log-validity-unchecked', 'signer/log-invalid', 'the key of the log was not valid then');
  return named;
}

function readLog(log: Json): Log {
  const key = at(log, 'publicKey');
  const validFor = at(key, 'validFor');
  const date = (value: Json | undefined, otherwise: number) =>
    typeof value === 'string' ? Date.parse(value) : otherwise;
  return {
    id: String(at(at(log, 'logId'), 'keyId')),
    key: createPublicKey({ key: bytesAt(key, 'rawBytes'), format: 'der', type: 'spki' }),
    start: date(at(validFor, 'start'), Number.NEGATIVE_INFINITY),
    end: date(at(validFor, 'end'), Number.POSITIVE_INFINITY),
  };
}

function checkEntry(entry: JsonObject, log: Log | null, judge: Judge): void {
  if (log === null) return;
  if (entry.inclusionPromise !== undefined) checkPromise(entry, log, judge);
  const proof = entry.inclusionProof;
  judge.refuseIf(proof === undefined, 'log-proof-may-be-absent', 'signer/log-invalid', 'no inclusion proof');
  if (proof === undefined) return;
  const [size, root] = readCheckpoint(String(at(at(proof, 'checkpoint'), 'envelope')), log, judge);
  const computed = rootOf(bytesAt(entry, 'canonicalizedBody'), proof);
  const isStated = computed !== null && bytesAt(proof, 'rootHash').equals(computed);
  judge.refuseIf(!isStated, 'log-proof-unchecked', 'signer/log-invalid', 'the proof does not lead to its root');
  const same = root === bytesAt(proof, 'rootHash').toString('base64') && size === String(at(proof, 'treeSize'));
  judge.refuseIf(!same, 'log-checkpoint-of-any-tree', 'signer/log-invalid', 'the checkpoint is of another tree');
}

/** The signature of the log over the entry and its time, in canonical JSON. */
function checkPromise(entry: JsonObject, { key, id }: Log, judge: Judge): void {
  const text = JSON.stringify({
    body: entry.canonicalizedBody,
    integratedTime: Number(entry.integratedTime),
    logID: Buffer.from(id, 'base64').toString('hex'),
    logIndex: Number(entry.logIndex ?? 0),
  });
  const holds = verify('sha256', Buffer.from(text), key, bytesAt(entry.inclusionPromise, 'signedEntryTimestamp'));
  judge.refuseIf(!holds, 'log-promise-unchecked', 'signer/log-invalid', 'the promise does not verify');
}

/** The size and the root of the tree that a checkpoint is of. */
function readCheckpoint(envelope: string, { key, id }: Log, judge: Judge): [string, string] {
  const end = envelope.indexOf('\n\n') + 1;
  const text = envelope.slice(0, end);
  const wanted = Buffer.from(id, 'base64').subarray(0, 4);
  const holds = envelope
    .slice(end + 1)
    .split('\n')
    .some((line) => {
      const signature = Buffer.from(line.split(' ').at(-1) ?? '', 'base64');
      return signature.subarray(0, 4).equals(wanted) && verify('sha256', Buffer.from(text), key, signature.subarray(4));
    });
  judge.refuseIf(!holds, 'log-checkpoint-unsigned', 'signer/log-invalid', 'the log did not sign the checkpoint');
  const [, size = '', root = ''] = text.split('\n');
  return [size, root];
}

const hashOf = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

/** The root of the tree that a proof leads to: RFC 6962, 2.1.1. */
function rootOf(body: Buffer, proof: Json): Buffer | null {
  let [index, last] = [Number(at(proof, 'logIndex') ?? 0), Number(at(proof, 'treeSize')) - 1];
  let hash = hashOf(Buffer.of(0), body);
  for (const each of listAt(proof, 'hashes')) {
    if (last <= 0) return null;
    const sibling = Buffer.from(String(each), 'base64');
    const isRight = index % 2 === 1 || index === last;
    hash = isRight ? hashOf(Buffer.of(1), sibling, hash) : hashOf(Buffer.of(1), hash, sibling);
    while (isRight && index % 2 === 0 && index > 0) [index, last] = [index / 2, Math.floor(last / 2)];
    [index, last] = [Math.floor(index / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}

function at(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined;
}

function listAt(value: Json | undefined, name: string): readonly Json[] {
  const found = at(value, name);
  return Array.isArray(found) ? found : [];
}

function bytesAt(value: Json | undefined, name: string): Buffer {
  const found = at(value, name);
  if (typeof found !== 'string') throw invalid(`it has no ${name}`);
  return Buffer.from(found, 'base64');
}

function invalid(why: string): Refusal {
  return new Refusal('signer/log-invalid', why);
}
