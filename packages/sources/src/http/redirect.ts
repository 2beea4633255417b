import { SourceError } from '../source-error.ts';
import { isLoopback, isSafe } from './origin.ts';

const REDIRECTS = [301, 302, 303, 307, 308];

export function isRedirect(status: number): boolean {
  return REDIRECTS.includes(status);
}

/**
 * Where a redirect leads. It may lead to another host, but neither from TLS to a connection without it, nor from another host to
 * this machine, where it could reach what only local programs are meant to.
 * @throws {SourceError} `source/response-invalid`
 */
export function redirectTarget(from: URL, location: string | null): URL {
  const to = location === null ? null : URL.parse(location, from.href);
  if (to === null) throw invalid(from, 'without an address');
  if (to.username !== '' || to.password !== '') throw invalid(from, 'to an address with a user name or a password');
  if (!isSafe(to) || (from.protocol === 'https:' && to.protocol !== 'https:')) {
    throw invalid(from, `to ${to.protocol}//${to.host}, which is not over https`);
  }
  if (isLoopback(to) && !isLoopback(from)) throw invalid(from, `to ${to.host}, which is this machine`);
  return to;
}

function invalid(from: URL, where: string): SourceError {
  return new SourceError('source/response-invalid', `${from.host} redirects ${where}`);
}
