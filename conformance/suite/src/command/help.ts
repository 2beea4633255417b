/** What --help prints. */
export function helpText(): string {
  return `Usage: oms-conformance <command>

Judges implementations of OpenSSF Model Signing, requirement by requirement.

Commands:
  run [flags] -- ADAPTER [ARG…]      judge one implementation
  matrix [flags] -- ADAPTER [ARG…] -- ADAPTER [ARG…]…
                                     let every implementation verify what every other signs
  list [--json] [--profile P] [--requirement ID]
                                     list the vectors
  show VECTOR [--bundle]             what a vector holds and which sentences it is about
  report FILE… [--html F] [--markdown F] [--junit F] [--tap F] [--badge F]
                                     put reports of several runs side by side
  attest REPORT [--sign-with CMD] --private-key K --out DIR
                                     state a result and sign it
  bench [flags] -- ADAPTER [ARG…] [-- ADAPTER [ARG…]]…
                                     measure speed and memory; see bench --help

Flags of run and matrix:
  --only <what>          a vector, "manifest_*", or a requirement; can be repeated
  --profile <name>       one profile only; can be repeated
  --light                without the vectors that take long
  --level <0|1|2>        the highest level of the protocol to speak (default: 2)
  --jobs <number>        cases at a time (default: one for each processor)
  --timeout <seconds>    for one call (default: 20)
  --memory <MiB>         for one call (default: 1024)
  --replays <number>     cases that a persistent adapter answers once more, each in a
                         new process (default: 12)
  --reasons <file>       tells the class of a refusal from what a level 0 adapter prints
  --expected-failures <file>
                         vectors that are known to fail, and why; a pass of one fails
  --strict               what the format recommends counts too, and unexplained refusals
  --name <text>          what the implementation is called in reports
  --artifact <file>      the file whose digest identifies the implementation
  --vectors <dir>        other vectors than those that come with the suite
  --json, --junit, --tap, --markdown, --badge, --html <file>
                         write a report
  --quiet                print nothing but errors

Exits with 0 conforms or done, 1 does not conform, 2 wrong command line, 3 could not run.
`;
}
