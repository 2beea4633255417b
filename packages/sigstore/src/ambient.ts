import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { OmsError } from '@model-signing/core';
import { reasonOf } from './refusals.ts';
import { readBounded } from './service-request.ts';
import { isSecure } from './services.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A place that gives a token to the program that runs there. */
interface AmbientProvider {
  readonly name: string;
  readonly isHere: (environment: Environment) => boolean;
  readonly token: (audience: string, environment: Environment) => Promise<string>;
}

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 64 * 1024;

/** The first that is here is asked. A token in the environment goes first, since somebody put it there for this. */
const providers: readonly AmbientProvider[] = [
  {
    name: 'the variable SIGSTORE_ID_TOKEN',
    isHere: ({ SIGSTORE_ID_TOKEN }) => Boolean(SIGSTORE_ID_TOKEN),
    token: async (_, { SIGSTORE_ID_TOKEN = '' }) => SIGSTORE_ID_TOKEN,
  },
  {
    name: 'GitHub Actions',
    isHere: ({ GITHUB_ACTIONS, ACTIONS_ID_TOKEN_REQUEST_URL }) =>
      GITHUB_ACTIONS === 'true' || Boolean(ACTIONS_ID_TOKEN_REQUEST_URL),
    token: gitHubToken,
  },
  {
    name: 'Buildkite',
    isHere: ({ BUILDKITE }) => BUILDKITE === 'true',
    token: (audience) => printed('buildkite-agent', ['oidc', 'request-token', '--audience', audience]),
  },
  {
    name: 'CircleCI',
    isHere: ({ CIRCLECI }) => CIRCLECI === 'true',
    token: (audience) => printed('circleci', ['run', 'oidc', 'get', '--claims', JSON.stringify({ aud: audience })]),
  },
  {
    name: 'Google Cloud Build',
    isHere: ({ BUILDER_OUTPUT, GCE_METADATA_HOST }) => Boolean(BUILDER_OUTPUT ?? GCE_METADATA_HOST),
    token: async (audience, { GCE_METADATA_HOST = 'metadata.google.internal' }) => {
      const path = '/computeMetadata/v1/instance/service-accounts/default/identity';
      const query = new URLSearchParams({ audience, format: 'full' });
      return fetchText(`http://${GCE_METADATA_HOST}${path}?${query}`, { 'metadata-flavor': 'Google' });
    },
  },
];

/**
 * Asks the surroundings for an identity token: a CI system, or an environment variable.
 * @throws {OmsError} `signer/token-missing`, `signer/service-failed`
 */
export async function ambientToken(audience: string, environment: Environment = process.env): Promise<string> {
  const provider = providers.find(({ isHere }) => isHere(environment));
  if (!provider) {
    throw new OmsError(
      'signer/token-missing',
      `no identity token was found: looked for ${providers.map(({ name }) => name).join(', ')}`,
    );
  }
  try {
    return await provider.token(audience, environment);
  } catch (error) {
    if (error instanceof OmsError) throw error;
    const why = reasonOf(error, environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
    throw new OmsError('signer/service-failed', `${provider.name} gave no identity token: ${why}`);
  }
}

async function gitHubToken(audience: string, environment: Environment): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = environment;
  if (!url || !secret) {
    throw new OmsError('signer/token-missing', 'the job may not get an identity token: it needs "id-token: write"');
  }
  const request = new URL(url);
  if (!isSecure(request)) throw new Error('its address is not an https URL');
  request.searchParams.set('audience', audience);
  const headers = { accept: 'application/json', authorization: `Bearer ${secret}` };
  const { value } = JSON.parse(await fetchText(request.href, headers)) as { value?: unknown };
  if (typeof value !== 'string') throw new Error('its answer holds none');
  return value;
}

async function fetchText(url: string, headers: Record<string, string>): Promise<string> {
  const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`it answers ${response.status}`);
  return (await readBounded(response, MAX_BYTES)).toString('utf8');
}

async function printed(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES });
  return stdout.trim();
}
