/** The requirements of the end-to-end tests; the command that runs them finds each and names it in the environment. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Something that tests need: where it is, or why it is missing. */
export type Found = { readonly where: string } | { readonly absent: string };

/** The directory of a running instance. */
export const LAB_VARIABLE = 'MODEL_SIGNING_SIGSTORE_LAB';

/** The virtual environment of the Python peer, as for the peer suite. */
export const PEER_VARIABLE = 'MODEL_SIGNING_PYTHON_PEER';

/** The browser. */
export const CHROMIUM_VARIABLE = 'MODEL_SIGNING_CHROMIUM';

/** A command that runs another one without a network. */
export const NO_NETWORK_VARIABLE = 'MODEL_SIGNING_NO_NETWORK';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser that is installed. */
export function findChromium(): Found {
  const where = process.env[CHROMIUM_VARIABLE] ?? BROWSERS.find((file) => existsSync(file));
  return where === undefined ? { absent: `no Chromium at ${BROWSERS.join(', ')}` } : { where };
}

/** Ways to get a network namespace: as root, as root of a user namespace, or by sudo. */
const NAMESPACES = ['unshare --net', 'unshare --map-root-user --net', 'sudo --non-interactive unshare --net'];

/** A way to run a command in a network namespace without interfaces that are up. */
export function findNoNetwork(): Found {
  for (const where of NAMESPACES) {
    const [program = '', ...args] = where.split(' ');
    if (spawnSync(program, [...args, 'true']).status === 0) return { where };
  }
  return { absent: 'no network namespace can be made here' };
}
