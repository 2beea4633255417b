import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestInstance } from '@model-signing/testing/sigstore-instance';
import { TestServices } from '@model-signing/testing/sigstore-services';
import { TestUpdateRepository } from '@model-signing/testing/update-repository';
import { onTestFinished } from 'vitest';
import { anchors } from '../generated/anchors.ts';
import { type Instance, type InstanceServices, instances } from '../instances.ts';
import { loadTrust } from '../load-trust.ts';
import type { TrustAnchor } from '../trust-anchor.ts';

/** A directory that is removed when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'model-signing-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A repository whose first root is trusted as that of a public instance, until the test ends. */
export async function trustedRepository(
  instance: Instance,
  {
    builtIn,
    testInstance,
  }: { builtIn?: (services: TestServices) => TrustAnchor['builtIn']; testInstance?: TestInstance } = {},
) {
  const services = await TestServices.start(testInstance);
  const repository = new TestUpdateRepository(services);
  trust(instance, repository.anchor, services.url, builtIn?.(services) ?? null);
  const directory = temporaryDirectory();
  return {
    services,
    repository,
    file: path.join(directory, `${instance}.json`),
    source: { instance, cacheDirectory: directory },
    refresh: () => loadTrust({ instance, cacheDirectory: directory, refresh: true }),
  };
}

/** Replaces what is trusted of an instance, and its services, until the test ends. */
function trust(instance: Instance, root: string, url: string, builtIn: TrustAnchor['builtIn']): void {
  const all = instances as Record<Instance, InstanceServices>;
  const [anchor, services] = [anchors[instance], instances[instance]];
  const { version, expires } = JSON.parse(root).signed;
  anchors[instance] = { source: 'a test', version, expires, root, builtIn };
  all[instance] = {
    mirror: url,
    certificateAuthority: url,
    log: url,
    timestampAuthority: `${url}/api/v1/timestamp`,
    tokenIssuer: `${url}/oidc`,
  };
  onTestFinished(() => {
    anchors[instance] = anchor;
    all[instance] = services;
  });
}
