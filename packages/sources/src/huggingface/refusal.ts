import { quote } from '@model-signing/core';
import type { TransportResponse } from '../http/transport.ts';
import { SourceError } from '../source-error.ts';
import type { RepositoryUrls } from './endpoint.ts';

/** Says what a refusal of the hub means. The hub hides what a caller may not see, and says so in a header only in part. */
export function explainRefusal(
  { status, url, header }: TransportResponse,
  urls: RepositoryUrls,
  hasToken: boolean,
): SourceError | null {
  if (url.origin !== urls.endpoint.origin) return null;
  const code = header('x-error-code');
  const name = urls.at(null);
  const hub = urls.endpoint.host;
  if (code === 'GatedRepo') {
    const how = hasToken ? 'with the account of the token' : 'and give a token (the command takes it from HF_TOKEN)';
    return new SourceError('source/unauthorized', `${name} is gated: agree to its terms at ${urls.page}, ${how}`);
  }
  if (status === 401 && hasToken && code !== 'RepoNotFound') {
    return new SourceError('source/unauthorized', `${hub} does not accept the token that it was sent for ${name}`);
  }
  if (code === 'RepoNotFound' || status === 401) {
    const private_ = hasToken
      ? 'the token may not read it'
      : 'it is private and needs a token (the command takes it from HF_TOKEN)';
    return new SourceError('source/not-found', `${hub} has no ${urls.reference.type} ${name}, or ${private_}`);
  }
  if (code === 'RevisionNotFound') {
    const { revision } = urls.reference;
    const which =
      revision === null ? `such branch, tag or commit (${url.pathname})` : `branch, tag or commit ${quote(revision)}`;
    return new SourceError('source/not-found', `${name} has no ${which}`);
  }
  if (code === 'EntryNotFound')
    return new SourceError('source/not-found', `${name} has no such file (${url.pathname})`);
  return null;
}
