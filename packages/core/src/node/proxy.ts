import { BlockList, isIP } from 'node:net';

/** The proxy for a request. */
export interface ChosenProxy {
  /** With the user name and the password, if there are any: never for a message. */
  readonly url: string;
  /** Where it is and what names it, for a message. */
  readonly title: string;
}

/** What names a proxy is not the address of one that can be used. The message holds nothing of it but its protocol. */
export class ProxyUnusable extends Error {}

/**
 * The proxy that the environment names for a URL; null if there is none, or if the host is excepted. The variable of the protocol
 * comes before `ALL_PROXY`, and small letters come before capitals.
 * @throws {ProxyUnusable} for one that cannot be used, since a request that went without it would be a leak
 */
export function proxyFor(url: URL, environment: NodeJS.ProcessEnv = process.env): ChosenProxy | null {
  const variables = [`${url.protocol.slice(0, -1)}_proxy`, 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  const variable = variables.find((name) => environment[name]);
  if (variable === undefined) return null;
  if (isExcepted(url, environment.no_proxy || environment.NO_PROXY || '')) return null;
  const value = (environment[variable] as string).trim();
  // `host:port` is a common form.
  const address = value.includes('://') ? value : `http://${value}`;
  const [, protocol = ''] = /^([a-z][a-z0-9+.-]{0,20}):\/\//i.exec(address) ?? [];
  if (!/^https?$/i.test(protocol)) {
    throw new ProxyUnusable(
      `the proxy in ${variable} is of the protocol "${protocol}", and only http and https can be used`,
    );
  }
  const parsed = URL.parse(address);
  if (!parsed?.hostname || !isDecodable(parsed)) throw new ProxyUnusable(`the proxy in ${variable} is not an address`);
  return { url: parsed.href, title: `the proxy ${parsed.protocol}//${parsed.host} (from ${variable})` };
}

/** Node decodes the user name and the password. */
function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Whether a list of hosts, domains (`.example.com`), addresses and ranges of addresses has the host of a URL. */
function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const withPort = `${host}:${port || (protocol === 'https:' ? 443 : 80)}`;
  const entries = list.toLowerCase().split(/[\s,]+/);
  return entries.some((entry) => {
    if (entry === '*' || entry === host || entry === withPort || entry === `[${host}]`) return true;
    const domain = entry.replace(/^\*?\./, '');
    if (domain !== entry) return host === domain || host.endsWith(`.${domain}`);
    return isInRange(host, entry);
  });
}

function isInRange(host: string, entry: string): boolean {
  const family = isIP(host);
  const [first = '', last = ''] = entry.split(/[-/]/, 2);
  if (family === 0 || isIP(first) !== family) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  if (entry.includes('/')) {
    const bits = Number(last);
    if (!/^\d{1,3}$/.test(last) || bits > (family === 4 ? 32 : 128)) return false;
    range.addSubnet(first, bits, type);
  } else {
    if (isIP(last) !== family) return false;
    try {
      range.addRange(first, last, type);
    } catch {
      return false; // it ends before it begins
    }
  }
  return range.check(host, type);
}
