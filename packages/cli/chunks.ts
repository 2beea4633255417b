// Which modules are in which file of the command.

/** Names from a text, which a list of one name on each line would make three times as long. */
const names = (text: string): readonly string[] => text.trim().split(/\s+/);

/** An expression for modules by their names without the ending; a name that ends in `/` is a folder. */
const alternatives = (text: string): string =>
  names(text)
    .map((name) => name.replaceAll('.', '\\.') + (name.endsWith('/') ? '.*' : ''))
    .join('|');

const sourcesIn = (folder: string, text: string): string => `/${folder}/(?:${alternatives(text)})\\.ts$`;
const builtIn = (folder: string, text: string): string => `/${folder}/dist/(?:${alternatives(text)})\\.js$`;

/** All that is built in a package, except these. */
const builtWithout = (folder: string, text: string): string =>
  `/${folder}/dist/(?!(?:${alternatives(text)})(?:\\.js$|$)).*\\.js$`;

const any = (...patterns: readonly string[]): RegExp => new RegExp(patterns.join('|'));

/** The code that every run needs: it reads the command line, runs a command and reports. */
export const start = any(
  sourcesIn(
    'cli/src',
    `methods/ parts/flags parts/limits addresses command-line context engine-choice exit-codes failure file-names flag-values grammar
     hints interrupt key-hints leftovers log-record look-alikes main method-choice options output own-secrets printable program
     reuse-options secret-text settings shell-words sizes source-hints source-options standard-streams store-names suggestions
     system-errors word-checks`,
  ),
  builtIn('core', 'format/text format/predicate-types'),
  builtIn('x509', 'text'),
  '/cli/package\\.json$',
);

/** The code that every way of signing with a key needs. */
export const sign = any(
  sourcesIn('cli/src/commands', 'private-key sign sign-destination sign-key signing-key'),
  sourcesIn('cli/src', 'signature-file signature-target'),
);

/** The code that verifying with a key needs, and most of the code that other commands need. */
export const core = any(
  builtWithout(
    'core',
    `methods/ attest index inspect lineage lineage/ list-to-hash planned sign telemetry verify-several
     format/text format/attestation format/bundle-lines format/predicate-types format/versions/v1.1 hashing/remembering
     node/attestation-file node/file-lock node/http node/private-file node/proxy
     node/hashing/worker node/hashing/workers node/hashing/stream-worker node/hashing/stream-workers`,
  ),
  builtIn(
    'core',
    `methods/any-of methods/der-form methods/ec-key methods/foreign-form methods/key methods/key-text methods/known-forms
     methods/ml-dsa methods/private-key methods/signature-key methods/verify-signature`,
  ),
  builtIn('x509', 'node/platform bytes option-rules'),
  builtIn('native', 'engine local-jobs'),
  builtWithout('spec', 'policy/ v1.1/ generated/v1.1/'),
  sourcesIn('cli/src/commands', 'attestation-report copy identity model source verification verify verify-key'),
  sourcesIn(
    'cli/src',
    `engine ignore-paths input-file key-extensions named-input named-model named-signature new-objects only-names progress secret
     signature-location`,
  ),
);
