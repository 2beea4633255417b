// The bill of materials of a package: what npm installs with it, in CycloneDX, made by npm itself.
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

/** The members of a bill that are read here; npm writes more. */
export interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** The members of a lock file that are read here. */
export interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly name?: string; readonly dev?: boolean }>
  >;
}

/** The members of a published package's `package.json` that are read here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Has npm resolve the dependencies of a package from the registry, in an empty folder, and write the bill. Inside the
 * workspace, npm would leave out a dependency that another workspace uses only for its tests.
 * @throws {Error} if the bill differs from the lock file
 */
export async function billOfMaterials(published: Manifest, work: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { devDependencies, scripts, ...manifest } = published as Manifest & Record<string, unknown>;
  // npm names the package in the bill after its folder.
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

/** The faults of a bill, one line each: in its form, and where it differs from the lock file. */
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
    /^urn:uuid:[0-9a-f-]{36}$/.test(bill.serialNumber) ? null : 'its serial number is not a UUID',
    metadata.component.name === manifest.name ? null : `it is for ${metadata.component.name}`,
    metadata.component.version === manifest.version ? null : `it is for version ${metadata.component.version}`,
    refs.size === all.length ? null : 'two components have the same reference',
    ...locked.filter((each) => !listed.has(each)).map((each) => `it lacks ${each}`),
    ...[...listed].filter((each) => !locked.includes(each)).map((each) => `it lists ${each}, which is not installed`),
    ...all.filter((each) => each.purl !== purlOf(each)).map(({ purl }) => `${purl} is not the purl of a component`),
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

/** Names and paths of this machine, which must not be published. */
function traces(text: string, places: readonly (string | undefined)[]): string[] {
  const telling = [...places, tmpdir(), hostname()].filter((each) => each !== undefined && each.length > 5);
  return telling.filter((each) => text.includes(each as string)).map((each) => `it contains ${each}`);
}
