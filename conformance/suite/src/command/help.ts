/** The flags of `run` and `matrix`. */
const flagsHelp = `Flags of run and matrix:
  --only <what>          a vector, "manifest_*", or a requirement; can be repeated
  --profile <name>       one profile only; can be repeated
  --light                skip the slow vectors
  --level <0|1|2>        the highest level of the protocol to use (default: 2)
  --jobs <number>        cases at a time (default: one per processor)
  --timeout <seconds>    for one call (default: 20)
  --memory <MiB>         for one call (default: 1024)
  --replays <number>     cases that a persistent adapter runs again, each in a new
                         process (default: 12)
  --reasons <file>       rules that find the class of a refusal in the output of a
                         level 0 adapter
  --expected-failures <file>
                         vectors that are known to fail, and why; a pass is a failure
  --judge <verdict>      what decides the exit code: "public", the public text of the
                         format (default), or "clarified", the text with the
                         clarifications of this specification
  --public-schemas <dir> run the published schemas of the public text, the four files in
                         this directory, over every signed bundle
  --strict               failures of SHOULD and refusals without a reason count too
  --name <text>          the name of the implementation in reports
  --artifact <file>      the file whose digest identifies the implementation
  --vectors <dir>        use other vectors than those of the suite
  --json, --junit, --tap, --markdown, --badge, --html <file>
                         write a report
  --rerun-failed <file>  run only what failed in this JSON report
  --keep <dir>           leave the files of each vector in this new directory
  --time-limit <seconds> end the run after this time, with partial reports
  --no-smoke             run all vectors, also for an adapter that does nothing right in
                         the few that are tried first
  --quiet                print errors only`;

/** The text that --help prints. */
export function helpText(): string {
  return `Usage: oms-conformance <command>

Judges implementations of OpenSSF Model Signing, requirement by requirement.

Commands:
  run [flags] -- ADAPTER [ARG…]      judge one implementation
  matrix [flags] -- ADAPTER [ARG…] -- ADAPTER [ARG…]…
                                     let each implementation verify what each other signs
  list [--json] [--profile P] [--requirement ID] [--basis B]
                                     list the vectors, and what each rests on
  show VECTOR [--bundle]             show a vector, its requirements and what they rest on
  report FILE… [--html F] [--markdown F] [--junit F] [--tap F] [--badge F]
                                     put reports of several runs side by side
  attest REPORT [--sign-with CMD] --private-key K --out DIR
                                     write the result as a statement and sign it
  bench [flags] -- ADAPTER [ARG…] [-- ADAPTER [ARG…]]…
                                     measure speed and memory; see bench --help

${flagsHelp}

Exits with 0 conforms or done, 1 does not conform, 2 wrong command line, 3 could not run,
128 and the number of the signal that interrupted it, with partial reports.
`;
}
