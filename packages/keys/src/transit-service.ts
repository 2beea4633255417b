import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { KeyError } from './key-error.ts';
import type { TransitReference } from './reference.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the keys are, and what opens them. */
export interface TransitService {
  /** For messages: the name of the service and its address. */
  readonly title: string;
  /** The address of the transit engine, without a slash at the end. */
  readonly engine: string;
  readonly isLoopback: boolean;
  /** A secret. */
  readonly token: string;
  readonly namespace: string | null;
  /** The CA certificates that the service's own is checked with, in PEM; null for the usual ones. */
  readonly ca: string | null;
  /** The variable that would name them. */
  readonly caVariable: string;
}

/** The prefixes of the variables of a service, and after them those that it reads as well. */
const prefixes = { openbao: ['BAO', 'VAULT'], hashivault: ['VAULT', 'BAO'] } as const;

/** The most bytes of a file that is read whole. */
const MAX_TOKEN_BYTES = 16_384;
const MAX_CA_BYTES = 1_048_576;

const MOUNT = /^[\w.-]{1,100}(?:\/[\w.-]{1,100}){0,10}$/;

/**
 * Reads from the environment where a service is and what opens it: `BAO_ADDR`, `BAO_TOKEN`, `BAO_NAMESPACE`, `BAO_CACERT`, or the
 * same with `VAULT_`; `TRANSIT_SECRET_ENGINE_PATH`; and the file `.vault-token` that the login of both writes.
 * @throws {KeyError} `key/unreachable`, `key/unauthorized`, `key/reference-invalid`
 */
export async function transitService(
  service: TransitReference['service'],
  environment: Environment,
): Promise<TransitService> {
  const own = prefixes[service];
  const found = variable(environment, own, 'ADDR');
  if (found === null) {
    const example = `such as https://${service}.example:8200`;
    throw new KeyError('key/unreachable', `${own[0]}_ADDR is not set: it is the address of ${service}, ${example}`);
  }
  const address = parseAddress(found);
  const namespace = variable(environment, own, 'NAMESPACE');
  const ca = variable(environment, own, 'CACERT');
  return {
    title: `${service} at ${address.origin}`,
    engine: `${withoutSlash(address.href)}/v1/${mountOf(environment)}`,
    isLoopback: isLoopback(address),
    token: await tokenFor(own, found, environment),
    namespace: namespace && headerValue(namespace, 'key/unreachable'),
    ca: ca && (await readCertificates(ca)),
    caVariable: `${own[0]}_CACERT`,
  };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function variable(environment: Environment, from: readonly string[], name: string): Variable | null {
  for (const prefix of from) {
    const value = environment[`${prefix}_${name}`]?.trim();
    if (value) return { name: `${prefix}_${name}`, value };
  }
  return null;
}

/** A token is sent, so nothing but TLS or this machine may carry it. The address itself may hold a password, and is not shown. */
function parseAddress({ name, value }: Variable): URL {
  const refuse = (problem: string) => new KeyError('key/unreachable', `the address in ${name} ${problem}`);
  const url = URL.parse(value);
  if (url === null || !url.hostname) throw refuse('is not one, such as https://bao.example:8200');
  if (url.username || url.password) throw refuse('has a user name or a password, which the service does not use');
  if (url.search || url.hash) throw refuse('has a query or a fragment');
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) return url;
  throw refuse('must begin with https://, since the token is sent there; http:// is for this machine alone');
}

const withoutSlash = (address: string) => address.replace(/\/+$/, '');

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

function mountOf({ TRANSIT_SECRET_ENGINE_PATH: given }: Environment): string {
  const mount = (given?.trim() || 'transit').replace(/^\/|\/$/g, '');
  const isPath = MOUNT.test(mount) && !mount.split('/').some((part) => part === '.' || part === '..');
  if (isPath) return mount;
  throw new KeyError('key/reference-invalid', `TRANSIT_SECRET_ENGINE_PATH is not a path, such as transit`);
}

/**
 * The token. One that belongs to the other service is used only if that service has the same address or none: it must not be sent
 * to a server that it is not for.
 */
async function tokenFor(own: readonly string[], address: Variable, environment: Environment): Promise<string> {
  const isFor = (prefix: string) => isSameAddress(variable(environment, [prefix], 'ADDR') ?? address, address);
  const token = variable(environment, own.filter(isFor), 'TOKEN') ?? (await tokenFile(environment));
  if (token !== null) return headerValue(token, 'key/unauthorized');
  const other = own.find((prefix) => !isFor(prefix) && variable(environment, [prefix], 'TOKEN'));
  const because = other === undefined ? '' : ` (${other}_TOKEN is for the service in ${other}_ADDR)`;
  const message = `there is no token: ${own[0]}_TOKEN is not set${because}, and no ~/.vault-token could be read`;
  throw new KeyError('key/unauthorized', message);
}

function isSameAddress({ value }: Variable, { value: other }: Variable): boolean {
  const [one, two] = [value, other].map((each) => withoutSlash(URL.parse(each)?.href ?? each));
  return one === two;
}

async function tokenFile({ HOME: home }: Environment): Promise<Variable | null> {
  const file = path.join(home || homedir(), '.vault-token');
  const text = await readSmall(file, MAX_TOKEN_BYTES).catch(() => null);
  return text?.trim() ? { name: '~/.vault-token', value: text.trim() } : null;
}

/** Other characters would end the header, or be sent as something else. */
function headerValue({ name, value }: Variable, code: 'key/unauthorized' | 'key/unreachable'): string {
  if (/^[\x21-\x7e]{1,16384}$/.test(value)) return value;
  throw new KeyError(code, `${name} has a character that cannot be sent, or too many`);
}

async function readCertificates({ name, value: file }: Variable): Promise<string> {
  let text: string;
  try {
    text = await readSmall(file, MAX_CA_BYTES);
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new KeyError('key/unreachable', `${name}: ${quote(file)} cannot be read (${code})`);
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new KeyError('key/unreachable', `${name}: ${quote(file)} holds no certificate in PEM`);
}

/** Reads a file of at most `maxBytes`. Anything but a regular file could keep the reader waiting. */
async function readSmall(file: string, maxBytes: number): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await handle.stat();
    if (!found.isFile() || found.size > maxBytes) throw Object.assign(new Error(), { code: 'not a file of its kind' });
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(found.size), 0, found.size, 0);
    return buffer.subarray(0, bytesRead).toString();
  } finally {
    await handle.close();
  }
}
