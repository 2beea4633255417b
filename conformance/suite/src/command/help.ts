/** The flags that choose vectors and say how they run, of `run` and `matrix`. */
const callFlags = `  --only <what>          a vector, "manifest_*", or a requirement; can be repeated
  --profile <name>       one profile only; can be repeated
  --light                skip the slow vectors
  --level <0|1|2>        the highest level of the protocol to use (default: 2)
  --jobs <number>        cases at a time (default: one per processor)
  --timeout <seconds>    for one call (default: 20)
  --memory <MiB>         for one call (default: 1024)
  --reasons <file>       rules that find the class of a refusal in the output of a
                         level 0 adapter
  --judge <verdict>      what decides the exit code: "public", the public text of the
                         format (default), or "clarified", the text with the
                         clarifications of this specification
  --vectors <dir>        use other vectors than those of the suite
  --quiet                print errors only`;

/** The flags of `run` alone. */
const runFlags = `  --replays <number>     cases that a persistent adapter runs again, each in a new
                         process (default: 12)
  --expected-failures <file>
                         vectors that are known to fail, and why; a pass is a failure
  --public-schemas <dir> run the published schemas of the public text, the four files in
                         this directory, over every signed bundle
  --strict               failures of SHOULD and refusals without a reason count too
  --name <text>          the name of the implementation in reports
  --artifact <file>      the file whose digest identifies the implementation
  --json, --junit, --tap, --markdown, --badge, --html <file>
                         write a report
  --rerun-failed <file>  run only what failed in this JSON report
  --keep <dir>           leave the files of each vector in this new directory
  --time-limit <seconds> end the run after this time, with partial reports
  --no-smoke             run all vectors, also for an adapter that does nothing right in
                         the few that are tried first`;

interface CommandHelp {
  /** What follows the name of the command. */
  readonly usage: string;
  /** What the command does, in a line. */
  readonly summary: string;
  readonly flags: string;
  /** What follows the name of the program in the example. */
  readonly example: string;
}

/** The help on each command but `bench`, in the order in which they are listed. */
const helps: Readonly<Record<string, CommandHelp>> = {
  run: {
    usage: '[flags] -- ADAPTER [ARG…]',
    summary: 'judge one implementation',
    flags: `${callFlags}\n${runFlags}`,
    example: 'run --html report.html --json report.json -- ./adapter.py',
  },
  matrix: {
    usage: '[flags] -- ADAPTER [ARG…] -- ADAPTER [ARG…]…',
    summary: 'let each implementation verify what each other signs',
    flags: `${callFlags}\n  --json, --markdown <file>\n                         write the matrix`,
    example: 'matrix --markdown matrix.md -- ./one.py -- ./two.sh',
  },
  list: {
    usage: '[--json] [--profile P] [--requirement ID] [--basis B]',
    summary: 'list the vectors, and what each rests on',
    flags: `  --json                 print them as data
  --profile <name>       of one profile only
  --requirement <id>     about one requirement only
  --basis <name>         whose outcome rests on this only, such as "public"`,
    example: 'list --profile certificate',
  },
  show: {
    usage: 'VECTOR [--bundle]',
    summary: 'show a vector, its requirements and what they rest on',
    flags: '  --bundle               print its bundle only',
    example: 'show model_modified',
  },
  report: {
    usage: 'FILE… [--html F] [--markdown F] [--junit F] [--tap F] [--badge F]',
    summary: 'put reports of several runs side by side',
    flags: `  --html, --markdown <file>
                         write a page or a summary of all of them
  --json, --junit, --tap, --badge <file>
                         write the first one in another form`,
    example: 'report one.json two.json --html both.html',
  },
  attest: {
    usage: 'REPORT [--sign-with CMD] --private-key K --out DIR',
    summary: 'write the result as a statement and sign it',
    flags: `  --private-key <file>   the key that signs
  --out <dir>            the new directory for the statement and the report
  --sign-with <command>  what signs it (default: model-signing)`,
    example: 'attest report.json --private-key key.pem --out result',
  },
};

const exits = `Exits with 0 conforms or done, 1 does not conform, 2 wrong command line, 3 could not run,
128 and the number of the signal that interrupted it, with partial reports.
`;

const OWN_HELP = '  -h, --help             show this help';

/** The text that --help prints behind a command; null if there is no such command, or it has a help of its own. */
export function commandHelp(name: string): string | null {
  const help = Object.hasOwn(helps, name) ? helps[name] : undefined;
  if (!help) return null;
  const { usage, summary, flags, example } = help;
  return `Usage: oms-conformance ${name} ${usage}

${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.

Flags:
${flags}
${OWN_HELP}

Example:
  oms-conformance ${example}

${exits}`;
}

/** The text that --help prints. */
export function helpText(): string {
  const lines = Object.entries(helps).map(([name, { usage, summary }]) => {
    return `  ${name} ${usage}\n${' '.repeat(37)}${summary}`;
  });
  return `Usage: oms-conformance <command>

Judges implementations of OpenSSF Model Signing, requirement by requirement.

Commands:
${lines.join('\n')}
  bench [flags] -- ADAPTER [ARG…] [-- ADAPTER [ARG…]]…
${' '.repeat(37)}measure speed and memory

Each command has its own help: oms-conformance run --help
oms-conformance version prints the version of the suite.

${exits}`;
}
