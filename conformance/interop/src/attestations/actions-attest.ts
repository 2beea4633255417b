/**
 * Attests a digest as the action `actions/attest` does, by its package: the arguments are the folder where that is installed, the
 * addresses of Fulcio and Rekor, the digest, the type and the file of the claim, and the file to write. The identity is that of the
 * job that the environment names.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [installed = '', fulcioURL, rekorURL, sha256, predicateType, claim = '', file = ''] = process.argv.slice(2);
const load = (name: string) =>
  import(pathToFileURL(path.join(installed, 'node_modules/@actions/attest/lib', name)).href);

// The package takes no addresses but those of the public instance and of GitHub's own.
const { SIGSTORE_PUBLIC_GOOD } = await load('endpoints.js');
Object.assign(SIGSTORE_PUBLIC_GOOD, { fulcioURL, rekorURL });

const { attest } = await load('index.js');
const { bundle } = await attest({
  subjects: [{ name: 'my-model', digest: { sha256 } }],
  predicateType,
  predicate: JSON.parse(readFileSync(claim, 'utf8')),
  sigstore: 'public-good',
  skipWrite: true,
  token: 'unused, since nothing is stored with GitHub',
});
writeFileSync(file, JSON.stringify(bundle));
