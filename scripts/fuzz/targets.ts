import type { Target } from './target.ts';

/** What can be fuzzed, by name. A target is loaded when it is used. */
export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  json: async () => (await import('./targets/json.ts')).jsonTarget(),
  names: async () => (await import('./targets/names.ts')).namesTarget(),
  bundle: async () => (await import('./targets/bundle.ts')).bundleTarget(),
  certificate: async () => (await import('./targets/certificate.ts')).certificateTarget(),
  timestamp: async () => (await import('./targets/timestamp.ts')).timestampTarget(),
  key: async () => (await import('./targets/key.ts')).keyTarget(),
  'trust-root': async () => (await import('./targets/trust-root.ts')).trustRootTarget(),
  'trust-store': async () => (await import('./targets/trust-store.ts')).trustStoreTarget(),
  'oci-manifest': async () => (await import('./targets/oci-manifest.ts')).ociManifestTarget(),
  policy: async () => (await import('./targets/policy.ts')).policyTarget(),
  service: async () => (await import('./targets/service.ts')).serviceTarget(),
  oidc: async () => (await import('./targets/oidc.ts')).oidcTarget(),
  hub: async () => (await import('./targets/hub.ts')).hubTarget(),
  'command-line': async () => (await import('./targets/command-line.ts')).commandLineTarget(),
  report: async () => (await import('./targets/report.ts')).reportTarget(),
};

/** Those that wait for connections. They get a twentieth of a number of inputs, which would otherwise take hours. */
export const networked: ReadonlySet<string> = new Set(['service', 'oidc']);
