// The bill of materials of a package: what an installation of it brings, in CycloneDX, made by npm itself.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './shell.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/** What is read of a bill; npm writes more. */
export interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** What is read of a lock file. */
export interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly name?: string; readonly dev?: boolean }>
  >;
}

/** A package that is published, by what its `package.json` says. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Has npm resolve what the package in `directory` brings, from the registry and below an empty folder, and write the bill.
 * In the workspace npm takes a package that another one needs for its tests for one that nobody needs, and leaves it out.
 * @throws {Error} where the bill is not what the lock file says
 */
export async function billOfMaterials(directory: string, work: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { devDependencies, scripts, ...manifest } = JSON.parse(
    readFileSync(path.join(directory, 'package.json'), 'utf8'),
  );
  // The bill calls the package as its folder is called.
  const folder = path.join(work, ...manifest.name.split('/'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  const options = {
    cwd: folder,
    env: { ...env, npm_config_omit_lockfile_registry_resolved: 'true' },
    onlyOutput: true,
  };
  await run('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], options);
  const flags = ['--package-lock-only', '--omit', 'dev', '--sbom-format', 'cyclonedx', '--sbom-type', 'library'];
  const text = await run('npm', ['sbom', ...flags], options);
  const lock: Lock = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8'));
  const faults = [...billFaults(JSON.parse(text), manifest, lock), ...traces(text, [folder, env.npm_config_registry])];
  if (faults.length > 0) throw new Error(`the bill of materials of ${manifest.name}:\n${faults.join('\n')}`);
  return text;
}

/** What is wrong with a bill, a line each: its form, and what it lists beside what the lock file has. */
export function billFaults(bill: Bill, manifest: Manifest, lock: Lock): string[] {
  const { metadata, components, dependencies } = bill;
  const locked = Object.entries(lock.packages).flatMap(([place, { version, name, dev }]) =>
    place === '' || dev
      ? []
      : [`${name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`],
  );
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`));
  const all = [metadata.component, ...components];
  const refs = new Set(all.map((each) => each['bom-ref']));
  const direct = dependencies.find(({ ref }) => ref === metadata.component['bom-ref'])?.dependsOn ?? [];
  return [
    bill.bomFormat === 'CycloneDX' && bill.specVersion === '1.5' ? null : `it is ${bill.bomFormat} ${bill.specVersion}`,
    /^urn:uuid:[0-9a-f-]{36}$/.test(bill.serialNumber) ? null : 'its serial number is no UUID',
    metadata.component.name === manifest.name ? null : `it is of ${metadata.component.name}`,
    metadata.component.version === manifest.version ? null : `it is of version ${metadata.component.version}`,
    refs.size === all.length ? null : 'two components have one reference',
    ...locked.filter((each) => !listed.has(each)).map((each) => `it lacks ${each}`),
    ...[...listed].filter((each) => !locked.includes(each)).map((each) => `it lists ${each}, which is not installed`),
    ...all.filter((each) => each.purl !== purlOf(each)).map(({ purl }) => `${purl} is not where a component is found`),
    ...dependencies
      .flatMap(({ dependsOn }) => dependsOn)
      .filter((ref) => !refs.has(ref))
      .map((ref) => `${ref} is not in it`),
    ...Object.keys(manifest.dependencies ?? {})
      .filter((name) => !direct.some((ref) => ref.startsWith(`${name}@`)))
      .map((name) => `it does not say that ${name} is needed`),
  ].filter((fault) => fault !== null);
}

function purlOf({ name, version }: Component): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** Names and places of this machine, which nobody needs who reads a bill. */
function traces(text: string, places: readonly (string | undefined)[]): string[] {
  const telling = [...places, tmpdir(), hostname()].filter((each) => each !== undefined && each.length > 5);
  return telling.filter((each) => text.includes(each as string)).map((each) => `it holds ${each}`);
}
