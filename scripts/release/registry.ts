import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const folder = path.join(import.meta.dirname, 'registry');

export interface Registry {
  readonly url: string;
  /** The environment in which npm uses only this registry. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

/** @throws {Error} if the address is not on loopback, because a rehearsal must not publish anything */
export function requireLoopback(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' || !['127.0.0.1', '[::1]', 'localhost'].includes(hostname)) {
    throw new Error(`a release is rehearsed with a registry on loopback only, not ${JSON.stringify(url)}`);
  }
}

/** Starts a registry on a free loopback port that is empty for `scope` and fetches everything else from npm's registry. */
export async function startRegistry(work: string, scope: string): Promise<Registry> {
  installRegistry();
  mkdirSync(work, { recursive: true });
  const uplink = spawnSync('npm', ['config', 'get', 'registry'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const child = spawn(process.execPath, [path.join(folder, 'serve.ts'), work, scope, uplink.stdout.trim()], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const url = await firstLine(child);
  requireLoopback(url);
  return { url, env: npmEnvironment(work, url), stop: () => stop(child) };
}

/** Installs the registry on first use, because it has hundreds of dependencies. */
function installRegistry(): void {
  if (existsSync(path.join(folder, 'node_modules', 'verdaccio'))) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('the registry could not be installed');
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the registry has no output');
  for await (const line of createInterface({ input: child.stdout })) return line.trim();
  throw new Error('the registry did not start');
}

function npmEnvironment(work: string, url: string): NodeJS.ProcessEnv {
  const userconfig = path.join(work, 'npmrc');
  const { host } = new URL(url);
  // Anyone may publish there, but npm requires a token.
  writeFileSync(userconfig, `registry=${url}\n//${host}/:_authToken=rehearsal\n`);
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    npm_config_registry: url,
    npm_config_userconfig: userconfig,
    npm_config_cache: path.join(work, 'npm-cache'),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL'); // it keeps connections open, and its data is discarded anyway
  });
}
