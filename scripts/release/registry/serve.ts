// Runs a package registry on loopback: `node serve.ts FOLDER SCOPE UPLINK`. Prints its address once it listens.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { runServer } from 'verdaccio';

const [folder, scope, uplink] = process.argv.slice(2);
if (folder === undefined || scope === undefined || uplink === undefined)
  throw new Error('usage: serve.ts FOLDER SCOPE UPLINK');

// Packages of the scope must come only from this registry, so the scope has no uplink. Dependencies have one.
const config = {
  storage: path.join(folder, 'storage'),
  uplinks: { upstream: { url: uplink, maxage: '60m', timeout: '60s', max_fails: 10 } },
  packages: {
    [`${scope}/*`]: { access: '$all', publish: '$all', unpublish: '$all' },
    '**': { access: '$all', proxy: 'upstream' },
  },
  auth: { htpasswd: { file: path.join(folder, 'htpasswd') } },
  web: { enable: false },
  max_body_size: '100mb',
  log: { type: 'file', path: path.join(folder, 'registry.log'), level: 'warn' },
  self_path: folder,
};

mkdirSync(config.storage, { recursive: true });
const file = path.join(folder, 'config.yaml');
writeFileSync(file, JSON.stringify(config)); // JSON is YAML
const server = await runServer(file);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`);
});
