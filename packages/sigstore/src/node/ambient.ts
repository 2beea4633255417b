import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { OmsError } from '@model-signing/core';
import { unlessAborted } from '@model-signing/core/abort';
import { sendRequest } from '@model-signing/core/http';
import { reasonOf } from '../reason.ts';
import { isSecure } from '../secure-url.ts';

type Environment = Readonly<Record<string, string | undefined>>;

type Signal = AbortSignal | undefined;

interface AmbientRequest {
  readonly environment: Environment;
  readonly signal?: Signal;
}

/** An environment that issues tokens to the programs in it. */
interface AmbientProvider {
  readonly name: string;
  readonly isPresent: (environment: Environment) => boolean;
  readonly token: (audience: string, request: AmbientRequest) => Promise<string>;
}

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 64 * 1024;

/**
 * The first one that is present is used. A token in the environment comes first, because it was put there for this purpose.
 */
const providers: readonly AmbientProvider[] = [
  {
    name: 'the variable SIGSTORE_ID_TOKEN',
    isPresent: ({ SIGSTORE_ID_TOKEN }) => Boolean(SIGSTORE_ID_TOKEN),
    token: async (_, { environment: { SIGSTORE_ID_TOKEN = '' } }) => SIGSTORE_ID_TOKEN,
  },
  {
    name: 'GitHub Actions',
    isPresent: ({ GITHUB_ACTIONS, ACTIONS_ID_TOKEN_REQUEST_URL }) =>
      GITHUB_ACTIONS === 'true' || Boolean(ACTIONS_ID_TOKEN_REQUEST_URL),
    token: gitHubToken,
  },
  {
    name: 'Buildkite',
    isPresent: ({ BUILDKITE }) => BUILDKITE === 'true',
    token: (audience, { signal }) =>
      outputOf('buildkite-agent', ['oidc', 'request-token', '--audience', audience], signal),
  },
  {
    name: 'CircleCI',
    isPresent: ({ CIRCLECI }) => CIRCLECI === 'true',
    token: (audience, { signal }) =>
      outputOf('circleci', ['run', 'oidc', 'get', '--claims', JSON.stringify({ aud: audience })], signal),
  },
  {
    name: 'Google Cloud Build',
    isPresent: ({ BUILDER_OUTPUT, GCE_METADATA_HOST }) => Boolean(BUILDER_OUTPUT ?? GCE_METADATA_HOST),
    token: async (audience, { environment: { GCE_METADATA_HOST = 'metadata.google.internal' }, signal }) => {
      const path = '/computeMetadata/v1/instance/service-accounts/default/identity';
      const query = new URLSearchParams({ audience, format: 'full' });
      return fetchText(`http://${GCE_METADATA_HOST}${path}?${query}`, { 'metadata-flavor': 'Google' }, signal);
    },
  },
];

/**
 * Gets an identity token from the environment: from a CI system or from an environment variable.
 * @throws {OmsError} `signer/token-missing`, `signer/service-failed`
 * @throws the reason of the signal when that is aborted
 */
export async function ambientToken(
  audience: string,
  environment: Environment = process.env,
  signal?: AbortSignal,
): Promise<string> {
  const provider = providers.find(({ isPresent }) => isPresent(environment));
  if (!provider) {
    throw new OmsError(
      'signer/token-missing',
      `no identity token was found; looked for ${providers.map(({ name }) => name).join(', ')}`,
    );
  }
  try {
    return await unlessAborted(signal, () => provider.token(audience, { environment, signal }));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof OmsError) throw error;
    const why = reasonOf(error, environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
    throw new OmsError('signer/service-failed', `${provider.name} gave no identity token: ${why}`);
  }
}

async function gitHubToken(audience: string, { environment, signal }: AmbientRequest): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = environment;
  if (!url || !secret) {
    throw new OmsError(
      'signer/token-missing',
      'the job has no permission to get an identity token: it needs "id-token: write"',
    );
  }
  const request = new URL(url);
  if (!isSecure(request)) throw new Error('its address is not an https URL');
  request.searchParams.set('audience', audience);
  const headers = { accept: 'application/json', authorization: `Bearer ${secret}` };
  const value = valueIn(await fetchText(request.href, headers, signal));
  if (typeof value !== 'string') throw new Error('its response has none');
  return value;
}

function valueIn(response: string): unknown {
  try {
    return (JSON.parse(response) as { value?: unknown } | null)?.value;
  } catch {
    throw new Error('its response is not JSON'); // the error of the parser would quote it
  }
}

async function fetchText(url: string, headers: Record<string, string>, signal: Signal): Promise<string> {
  const { body } = await sendRequest(url, { headers, maxBytes: MAX_BYTES, timeout: TIMEOUT_MS, signal });
  return new TextDecoder().decode(body);
}

async function outputOf(command: string, args: readonly string[], signal: Signal): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES, signal });
  return stdout.trim();
}
