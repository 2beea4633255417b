import { inCell } from './cells.ts';

/** The variables of the environment that the command reads, and what each does. */
const variables: readonly (readonly [names: readonly string[], meaning: string])[] = [
  [['MODEL_SIGNING_PRIVATE_KEY'], 'the private key: a path, or the PEM text itself; `--private-key` wins'],
  [['MODEL_SIGNING_PASSPHRASE'], 'the passphrase of the private key; `--passphrase-file` wins'],
  [['MODEL_SIGNING_PUBLIC_KEY'], 'the public key: a path, or the PEM text itself; `--public-key` wins'],
  [['MODEL_SIGNING_PIN'], 'the PIN of the token that holds the key; `--pin-file` and a PIN in the URI win'],
  [
    [
      'BAO_ADDR',
      'VAULT_ADDR',
      'BAO_TOKEN',
      'VAULT_TOKEN',
      'BAO_NAMESPACE',
      'VAULT_NAMESPACE',
      'BAO_CACERT',
      'VAULT_CACERT',
      'TRANSIT_SECRET_ENGINE_PATH',
    ],
    'the address of OpenBao or Vault for keys that are there, and the token, the namespace, the CA certificates and the path of the transit engine for it',
  ],
  [['PATH'], 'where the programs `sigstore-kms-NAME` are looked for, in its absolute directories'],
  [['HOME'], 'the folder of `.vault-token`, which has the token for OpenBao or Vault if no variable has one'],
  [['PKCS11_MODULE_PATH'], 'the module for keys in tokens, if neither the URI nor `--module-path` names one'],
  [
    ['SLURM_ARRAY_TASK_ID', 'JOB_COMPLETION_INDEX', 'AWS_BATCH_JOB_ARRAY_INDEX', 'OMPI_COMM_WORLD_RANK'],
    'the part that `hash` hashes; `--part` wins',
  ],
  [['SLURMD_NODENAME'], 'what `hash` calls this host; `--host` wins'],
  [['UV_THREADPOOL_SIZE'], 'how many files `--copy-to` writes back to the disk at the same time; 64 if it is unset'],
  [['MODEL_SIGNING_LOG_LEVEL'], 'how much is said; `--log-level` wins'],
  [['MODEL_SIGNING_LOG_FORMAT'], 'how it is written: `text` or `json`; `--log-format` wins'],
  [['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'], 'the proxies for requests, and the hosts that need none'],
  [
    ['HF_TOKEN', 'HF_TOKEN_PATH', 'HF_HOME'],
    'the token for Hugging Face, the file that holds it, and the folder of that file; an empty `HF_TOKEN` counts as unset',
  ],
  [['HF_ENDPOINT'], 'another hub than `https://huggingface.co`'],
  [
    ['XDG_CACHE_HOME', 'LOCALAPPDATA'],
    'where `--refresh-trust` keeps trust roots and `--reuse-record` what it remembers, on Linux and on Windows; on Linux also where the token for Hugging Face is looked for',
  ],
  [
    ['XDG_CONFIG_HOME', 'APPDATA'],
    'where `trust` keeps the known signers, in `model-signing/known-signers.json`: on Linux and macOS, and on Windows',
  ],
  [['NODE_OPTIONS'], 'options of Node.js; a `--max-old-space-size` in it is the memory that a listing may take'],
  [['DOCKER_CONFIG'], "the folder of docker's `config.json`, which has the credentials for registries"],
  [['SIGSTORE_ID_TOKEN'], 'an identity token, for `--use-ambient-credentials`'],
  [
    [
      'GITHUB_ACTIONS',
      'ACTIONS_ID_TOKEN_REQUEST_URL',
      'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
      'BUILDKITE',
      'CIRCLECI',
      'BUILDER_OUTPUT',
      'GCE_METADATA_HOST',
    ],
    'set by CI systems that give their jobs an identity, for `--use-ambient-credentials`',
  ],
  [['BROWSER'], 'the program that opens the login page'],
  [['CI'], 'no progress line, and a warning where a person would have to sign in'],
  [['TERM'], 'with `dumb`, no progress line'],
  [['NO_COLOR', 'FORCE_COLOR'], 'no colours, or colours also where there is no terminal'],
];

/** Their names. */
export const documentedVariables: readonly string[] = variables.flatMap(([names]) => names);

/** A table of all of them. */
export function environmentTable(): string[] {
  const rows = variables.map(
    ([names, meaning]) => `| ${names.map((name) => `\`${name}\``).join(', ')} | ${inCell(meaning)} |`,
  );
  return ['| variable | meaning |', '|---|---|', ...rows];
}
