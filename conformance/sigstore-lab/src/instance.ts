/** A private Sigstore: its processes, its keys, and the files that clients take. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { certificatesOf, keyFile, makeAuthority, publicKeyOf } from './authority.ts';
import { jobIssuer } from './oidc/jobs.ts';
import { CLIENT_ID } from './oidc/tokens.ts';
import { endedProcesses, endProcesses, hasProcesses, startProcess } from './processes.ts';
import type { ProgramName } from './programs.ts';
import { clientTrustConfig, type Services, signingConfig, trustedRoot } from './trust.ts';

/** Where `up` keeps its instance. */
export const DEFAULT_DIRECTORY = path.resolve(import.meta.dirname, '../../../.cache/sigstore-lab/instance');

/** The files of an instance for clients. They are for Rekor v1 unless the name says v2. */
export const FILES = {
  trustedRoot: 'trusted_root.json',
  signingConfig: 'signing_config.json',
  signingConfigV2: 'signing_config.rekor-v2.json',
  trustConfig: 'trust_config.json',
  trustConfigV2: 'trust_config.rekor-v2.json',
} as const;

/** Written last; an instance without it is incomplete. */
const SERVICES_FILE = 'services.json';

/** The time that each server has to respond. Milliseconds. */
const HEALTH_DEADLINE = 300_000;

/** An instance cannot be started; the message says why. */
export class LabError extends Error {}

/** Whether an instance runs, is left over from a start that failed, or does not exist. */
export function stateOf(directory: string): 'running' | 'left-over' | 'absent' {
  if (!existsSync(directory)) return 'absent';
  return existsSync(path.join(directory, SERVICES_FILE)) && hasProcesses(directory) ? 'running' : 'left-over';
}

/**
 * The addresses of a running instance.
 * @throws {LabError} if none runs
 */
export function readServices(directory: string): Services {
  if (stateOf(directory) !== 'running') throw new LabError('no private Sigstore is running: npm run sigstore:up');
  return JSON.parse(readFileSync(path.join(directory, SERVICES_FILE), 'utf8')) as Services;
}

/** Starts every server of an instance and waits until each responds; leaves no process if one does not. */
export async function startInstance(
  directory: string,
  programs: Readonly<Record<ProgramName, string>>,
  signal: AbortSignal,
): Promise<Services> {
  await stopInstance(directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    const now = new Date();
    makeAuthority(directory);
    const services = await startServers(directory, programs, signal);
    await writeTrust(directory, services, now);
    writeFileSync(path.join(directory, SERVICES_FILE), `${JSON.stringify(services, null, 2)}\n`);
    return services;
  } catch (error) {
    await endProcesses(directory);
    throw error;
  }
}

/** Stops the processes of an instance, also of an incomplete one, and removes its files. Returns their number. */
export async function stopInstance(directory: string): Promise<number> {
  if (!existsSync(directory)) return 0;
  const ended = await endProcesses(directory);
  rmSync(directory, { recursive: true, force: true });
  return ended;
}

async function startServers(
  directory: string,
  programs: Readonly<Record<ProgramName, string>>,
  signal: AbortSignal,
): Promise<Services> {
  const [issuer, rekorV1, ctLog, fulcio, fulcioGrpc, rekor, rekorGrpc, rekorMetrics, timestamps] = await freePorts(9);
  const at = (port: number | undefined) => `http://127.0.0.1:${port}`;
  const services = {
    issuer: at(issuer),
    fulcio: at(fulcio),
    ctLog: at(ctLog),
    rekor: at(rekor),
    rekorV1: at(rekorV1),
    timestampAuthority: at(timestamps),
  };
  const ours = [path.join(import.meta.dirname, 'serve.ts'), directory, String(issuer), String(rekorV1)] as const;
  const rekorPorts = [`--http-port=${rekor}`, `--grpc-port=${rekorGrpc}`, `--http-metrics-port=${rekorMetrics}`];
  startProcess(directory, 'issuer and rekor-v1', [process.execPath, ...ours]);
  startProcess(directory, 'ct-log', [programs['ct-log'], ...ctLogArguments(directory, `127.0.0.1:${ctLog}`)]);
  startProcess(directory, 'rekor', [programs.rekor, 'serve', ...rekorPorts, ...rekorArguments(directory, services)]);
  startProcess(directory, 'timestamp-authority', [programs['timestamp-authority'], `-port=${timestamps}`]);
  await healthy(directory, signal, [
    `${services.issuer}/.well-known/openid-configuration`,
    `${services.rekorV1}/api/v1/log`,
    `${services.ctLog}/ct/v1/get-roots`,
    `${services.rekor}/healthz`,
    `${services.timestampAuthority}/api/v1/timestamp/certchain`,
  ]);
  // Fulcio asks the issuer for its keys when it starts.
  const fulcioPorts = ['serve', `--port=${fulcio}`, `--grpc-port=${fulcioGrpc}`];
  startProcess(directory, 'fulcio', [programs.fulcio, ...fulcioPorts, ...fulcioArguments(directory, services)]);
  await healthy(directory, signal, [`${services.fulcio}/healthz`]);
  return services;
}

/** The name of a log: the host in its address, as in the public instance, which some verifiers require. */
export function hostOf(address: string): string {
  return new URL(address).host;
}

function ctLogArguments(directory: string, address: string): string[] {
  return [
    `--http_endpoint=${address}`,
    '--origin=127.0.0.1', // it refuses requests to addresses that do not begin with this
    `--storage_dir=${path.join(directory, 'ct-log')}`,
    `--private_key=${keyFile(directory, 'ct-log.pem')}`,
    `--roots_pem_file=${path.join(directory, 'fulcio-root.crt')}`,
    '--ext_key_usages=CodeSigning',
    '--checkpoint_interval=1s',
    '--batch_max_age=100ms',
  ];
}

function rekorArguments(directory: string, { rekor }: Services): string[] {
  return [
    `--hostname=${hostOf(rekor)}`,
    `--storage-dir=${path.join(directory, 'rekor')}`,
    '--checkpoint-interval=1s',
    '--batch-max-age=100ms',
    `--signer-filepath=${keyFile(directory, 'rekor.pem')}`,
  ];
}

function fulcioArguments(directory: string, { issuer, ctLog }: Services): string[] {
  const config = path.join(directory, 'fulcio.json');
  const types = { [issuer]: 'email', [jobIssuer(issuer)]: 'github-workflow' };
  const trusted = Object.entries(types).map(([url, type]) => [
    url,
    { IssuerURL: url, ClientID: CLIENT_ID, Type: type },
  ]);
  writeFileSync(config, JSON.stringify({ OIDCIssuers: Object.fromEntries(trusted) }));
  return [
    '--log_type=prod',
    '--host=127.0.0.1',
    '--grpc-host=127.0.0.1',
    '--metrics-port=0', // any port; it always listens on every network interface
    '--legacy-unix-domain-socket=fulcio.sock', // a whole path can be too long for a socket
    `--config-path=${config}`,
    '--ca=fileca',
    `--fileca-cert=${keyFile(directory, 'fulcio-chain.pem')}`,
    `--fileca-key=${keyFile(directory, 'fulcio.pem')}`,
    '--fileca-key-passwd=unused', // it requires one, even for a key that is not encrypted
    '--fileca-watch=false',
    `--ct-log-url=${ctLog}`,
    `--ct-log-public-key-path=${keyFile(directory, 'ct-log.pub.pem')}`,
  ];
}

async function writeTrust(directory: string, services: Services, now: Date): Promise<void> {
  const chain = await fetch(`${services.timestampAuthority}/api/v1/timestamp/certchain`);
  const anchors = {
    fulcioChain: certificatesOf(readFileSync(keyFile(directory, 'fulcio-chain.pem'), 'utf8')),
    timestampChain: certificatesOf(await chain.text()),
    ctLogKey: publicKeyOf(directory, 'ct-log'),
    rekorV1Key: publicKeyOf(directory, 'rekor-v1'),
    rekorKey: publicKeyOf(directory, 'rekor'),
    rekorOrigin: hostOf(services.rekor),
  };
  const root = trustedRoot(services, anchors, now);
  const write = (name: string, value: object) =>
    writeFileSync(path.join(directory, name), `${JSON.stringify(value, null, 2)}\n`);
  write(FILES.trustedRoot, root);
  for (const [version, config, both] of [
    [1, FILES.signingConfig, FILES.trustConfig],
    [2, FILES.signingConfigV2, FILES.trustConfigV2],
  ] as const) {
    const signing = signingConfig(services, version, now);
    write(config, signing);
    write(both, clientTrustConfig(root, signing));
  }
}

/** Waits until each address responds, or a process has ended. */
async function healthy(directory: string, signal: AbortSignal, addresses: readonly string[]): Promise<void> {
  const deadline = Date.now() + HEALTH_DEADLINE;
  for (const address of addresses) {
    while (!(await responds(address))) {
      const [ended] = endedProcesses(directory);
      if (ended !== undefined)
        throw new LabError(`${ended} ended at once: see ${path.join(directory, `${ended}.log`)}`);
      if (Date.now() > deadline) throw new LabError(`${address} does not respond: see the logs in ${directory}`);
      await sleep(100, undefined, { signal });
    }
  }
}

async function responds(address: string): Promise<boolean> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(5000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Different ports that are free now. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve, reject) => {
        server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
