/** Registries on loopback, each a process of its own with a folder of its own, ended by its handle. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startProcess } from '../server-process.ts';
import type { ProgramName } from './programs.ts';

/** A registry as it is tested. */
export interface ServerKind {
  /** What a test calls it. */
  readonly title: string;
  readonly program: Exclude<ProgramName, 'oras'>;
  /** How it tells the referrers of a manifest. */
  readonly referrers: 'api' | 'tag';
  /** Whether it is told what to do by flags or by a file. */
  readonly configuration: 'flags' | 'file';
}

export const SERVERS: readonly ServerKind[] = [
  {
    title: "go-containerregistry's registry with the referrers API",
    program: 'go-containerregistry',
    referrers: 'api',
    configuration: 'flags',
  },
  {
    title: "go-containerregistry's registry without the referrers API",
    program: 'go-containerregistry',
    referrers: 'tag',
    configuration: 'flags',
  },
  { title: "Debian's docker-registry", program: 'docker-registry', referrers: 'tag', configuration: 'file' },
  { title: 'distribution', program: 'distribution', referrers: 'tag', configuration: 'file' },
];

/** A registry that runs. */
export interface RunningServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Everything that it printed until now, for the message of a failure. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  /** The part `auth` of a configuration file, as YAML. */
  readonly auth?: string;
}

/** Starts a registry on a free port, which it picks itself, and waits until it listens. */
export async function startServer(kind: ServerKind, program: string, options: StartOptions = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'registry-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const server = await startProcess({
      title: kind.title,
      command: [program, ...argumentsOf(kind, folder, options)],
      folder,
      environment: withoutSettings(),
    });
    const stop = async () => {
      await server.stop();
      remove();
    };
    return { host: `127.0.0.1:${server.port}`, output: server.output, stop } satisfies RunningServer;
  } catch (error) {
    remove();
    throw error;
  }
}

function argumentsOf(kind: ServerKind, folder: string, { auth }: StartOptions): string[] {
  if (kind.configuration === 'flags')
    return ['--address=127.0.0.1:0', ...(kind.referrers === 'api' ? ['--referrers'] : [])];
  const file = path.join(folder, 'config.yml');
  const lines = [
    'version: 0.1',
    'log: {level: info, accesslog: {disabled: true}}',
    `storage: {filesystem: {rootdirectory: ${JSON.stringify(path.join(folder, 'data'))}}, delete: {enabled: true}}`,
    'http: {addr: "127.0.0.1:0", secret: "of a test"}',
    ...(auth === undefined ? [] : [auth]),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return ['serve', file];
}

/** Variables of the machine override the configuration of distribution, which would also send traces to a collector. */
function withoutSettings(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !/^(REGISTRY_|OTEL_)/.test(name));
  return { ...Object.fromEntries(others), OTEL_TRACES_EXPORTER: 'none' };
}
