// Writes the built-in trust root: that of the public instance, from the pinned @sigstore/tuf. Offline and reproducible.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const MIRROR = 'https://tuf-repo-cdn.sigstore.dev';

interface Seed {
  readonly 'root.json': string;
  readonly targets: Readonly<Record<string, string>>;
}

const seeds: Readonly<Record<string, Seed>> = require('@sigstore/tuf/seeds.json');
const { name, version }: { name: string; version: string } = require('@sigstore/tuf/package.json');

const seed = seeds[MIRROR];
const target = seed?.targets['trusted_root.json'];
if (!seed || !target) throw new Error(`${name} ${version} carries no trust root of ${MIRROR}`);
const { signed } = JSON.parse(decode(seed['root.json'])) as { signed: { version: number; expires: string } };

const built = {
  mirror: MIRROR,
  source: `${name} ${version}`,
  rootVersion: signed.version,
  expires: new Date(signed.expires).toISOString(),
  trustedRoot: JSON.stringify(JSON.parse(decode(target))),
};

const folder = new URL('../src/generated/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('public-good.ts', folder),
  `// Generated from the pinned @sigstore/tuf by tools/generate.ts. Do not edit.

/** The trust root of the public instance, as it was when the package it comes from was made. */
export const publicGood = {
${Object.entries(built)
  .map(([member, value]) => `  ${member}: ${JSON.stringify(value)},\n`)
  .join('')}} as const;
`,
);

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
