import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { type JsonProblem, parseJsonOf } from '@model-signing/core/json';
import { credentialsRule, type OciCredentials } from '../oci/credentials.ts';
import { SourceError } from '../source-error.ts';
import { runCredentialProgram } from './credential-program.ts';

const MAX_BYTES = 4 * 1024 * 1024;

const BLANKS = [...Buffer.from(' \t\r\n')];

const problems: Readonly<Record<JsonProblem, string>> = {
  'too-large': 'it is too large',
  'not-json': 'it is not JSON in UTF-8',
  'duplicate-member': 'it has a member twice in one object',
};

/** What docker calls its own registry, whatever a user calls it. */
const DOCKER_HUB = 'https://index.docker.io/v1/';
const hubNames = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

type Members = Readonly<Record<string, unknown>>;

/**
 * The credentials that docker's configuration has for a registry, from its file or from the program that it names for this host; null if
 * it has none. The host and the port have to be the same, letter by letter.
 * @param registry host, and port if there is one
 * @throws {SourceError} `source/unauthorized` if the file or the program fails
 */
export async function dockerCredentials(
  registry: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<OciCredentials | null> {
  const file = path.join(environment.DOCKER_CONFIG || path.join(homedir(), '.docker'), 'config.json');
  const config = await readConfig(file);
  const keys = keysOf(registry);
  const program = programFor(config, keys);
  const found = program === null ? null : await runCredentialProgram(program.name, program.key, environment);
  if (found) return found;
  return program?.isOwn ? null : fromFile(members(config.auths), keys, file);
}

/** The names by which a registry may be listed: as docker writes them, and with the forms of older versions. */
function keysOf(registry: string): string[] {
  if (hubNames.includes(registry)) return [DOCKER_HUB, ...hubNames];
  return [
    registry,
    `https://${registry}`,
    `https://${registry}/`,
    `https://${registry}/v1`,
    `https://${registry}/v1/`,
    `https://${registry}/v2`,
    `https://${registry}/v2/`,
  ];
}

async function readConfig(file: string): Promise<Members> {
  const bytes = await readWhole(file);
  // Docker takes an empty file for an empty configuration.
  if (bytes === null || bytes.every((byte) => BLANKS.includes(byte))) return {};
  // The parser's message is not used, since it quotes the text, which has secrets.
  const refuse = (problem: JsonProblem) => unusable(file, problems[problem]);
  return members(
    parseJsonOf(bytes, { title: 'file', refuse }, { maxBytes: MAX_BYTES, maxDepth: 32, maxValues: 100_000 }),
  );
}

/** The bytes of a file; null if there is none. A pipe, which may never end, is not read. */
async function readWhole(file: string): Promise<Buffer | null> {
  let stats: Stats;
  try {
    stats = await stat(file);
    if (stats.isFile() && stats.size <= MAX_BYTES) return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unusable(file, `it cannot be read (${code})`);
  }
  throw unusable(file, stats.isFile() ? problems['too-large'] : 'it is no regular file');
}

interface Program {
  readonly name: string;
  /** What it is asked for. */
  readonly key: string;
  /** Whether it is named for this registry, and not for all. */
  readonly isOwn: boolean;
}

function programFor({ credHelpers, credsStore }: Members, keys: readonly string[]): Program | null {
  const helpers = members(credHelpers);
  for (const key of keys) {
    const name = own(helpers, key);
    if (typeof name === 'string' && name !== '') return { name, key, isOwn: true };
  }
  if (typeof credsStore !== 'string' || credsStore === '') return null;
  return { name: credsStore, key: keys[0] as string, isOwn: false };
}

function fromFile(auths: Members, keys: readonly string[], file: string): OciCredentials | null {
  for (const key of keys) {
    const { auth, username, password, identitytoken, registrytoken } = members(own(auths, key));
    if (isText(registrytoken)) {
      if (credentialsRule.accepts({ registryToken: registrytoken })) return { registryToken: registrytoken };
      throw unusable(file, `the token that it has for ${quote(key)} cannot stand in a header`);
    }
    if (isText(identitytoken)) return { identityToken: identitytoken };
    if (isText(username) && isText(password)) return { username, password };
    if (!isText(auth)) continue;
    const text = Buffer.from(auth, 'base64').toString();
    const colon = text.indexOf(':');
    if (colon < 1) throw unusable(file, `what it has for ${quote(key)} is no name and password`);
    return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
  }
  return null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function own(object: Members, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

function unusable(file: string, problem: string): SourceError {
  return new SourceError('source/unauthorized', `the credentials in ${quote(file)} cannot be used: ${problem}`);
}
