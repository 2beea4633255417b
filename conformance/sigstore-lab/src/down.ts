/** Stops the private Sigstore that `up` started, even after an `up` that failed. */
import { DEFAULT_DIRECTORY, stopInstance } from './instance.ts';

const ended = await stopInstance(DEFAULT_DIRECTORY);
process.stderr.write(ended === 0 ? 'No private Sigstore was running.\n' : `Ended ${ended} processes.\n`);
