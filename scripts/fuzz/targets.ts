import type { Target } from './target.ts';

/** What can be fuzzed, by name. A target is loaded when it is used. */
export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  json: async () => (await import('./targets/json.ts')).jsonTarget(),
  names: async () => (await import('./targets/names.ts')).namesTarget(),
  bundle: async () => (await import('./targets/bundle.ts')).bundleTarget(),
  attestation: async () => (await import('./targets/attestation.ts')).attestationTarget(),
  lineage: async () => (await import('./targets/lineage.ts')).lineageTarget(),
  certificate: async () => (await import('./targets/certificate.ts')).certificateTarget(),
  timestamp: async () => (await import('./targets/timestamp.ts')).timestampTarget(),
  key: async () => (await import('./targets/key.ts')).keyTarget(),
  'trust-root': async () => (await import('./targets/trust-root.ts')).trustRootTarget(),
  'trust-store': async () => (await import('./targets/trust-store.ts')).trustStoreTarget(),
  'oci-manifest': async () => (await import('./targets/oci-manifest.ts')).ociManifestTarget(),
  'pkcs11-uri': async () => (await import('./targets/pkcs11-uri.ts')).pkcs11UriTarget(),
  policy: async () => (await import('./targets/policy.ts')).policyTarget(),
  service: async () => (await import('./targets/service.ts')).serviceTarget(),
  oidc: async () => (await import('./targets/oidc.ts')).oidcTarget(),
  plugin: async () => (await import('./targets/plugin.ts')).pluginTarget(),
  transit: async () => (await import('./targets/transit.ts')).transitTarget(),
  hub: async () => (await import('./targets/hub.ts')).hubTarget(),
  'command-line': async () => (await import('./targets/command-line.ts')).commandLineTarget(),
  native: async () => (await import('./targets/native.ts')).nativeTarget(),
  report: async () => (await import('./targets/report.ts')).reportTarget(),
};

/** Those that wait for connections, or hash files. They get a twentieth of a number of inputs, which would otherwise take hours. */
export const slow: ReadonlySet<string> = new Set(['service', 'oidc', 'native']);
