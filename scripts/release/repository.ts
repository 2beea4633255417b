// `node scripts/release/repository.ts https://HOST/OWNER/REPOSITORY`: writes the source repository into each published package.
// Provenance compares it with the repository that publishes, so it cannot be written before that repository is known.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedPackages } from './packages.ts';

/** The fields that name the source of a package. @throws {Error} if the address is not that of a repository */
export function sourceFields(address: string, directory: string): Readonly<Record<string, unknown>> {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isRepository =
    url?.protocol === 'https:' && /^\/[\w.-]+\/[\w.-]+$/.test(url.pathname) && url.search + url.hash === '';
  if (!isRepository || url?.username !== '' || address.endsWith('.git')) {
    throw new Error(`${JSON.stringify(address)} is not https://HOST/OWNER/REPOSITORY`);
  }
  return {
    repository: { type: 'git', url: `git+${address}.git`, directory: directory.replaceAll(path.sep, '/') },
    homepage: `${address}#readme`,
    bugs: { url: `${address}/issues` },
  };
}

/** Writes the fields into each published package of a checkout. */
export function setRepository(root: string, address: string): string {
  const packages = publishedPackages(root);
  for (const { directory, source: from } of packages) {
    const file = path.join(root, directory, 'package.json');
    const { license, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
    const source = sourceFields(address, from);
    writeFileSync(file, `${JSON.stringify({ ...manifest, license, ...source }, null, 2)}\n`);
  }
  return `${packages.length} packages are from ${address}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [address = ''] = process.argv.slice(2);
  console.log(setRepository(path.resolve(import.meta.dirname, '../..'), address));
}
