import { constants } from 'node:fs';

/** How a file of the cache is opened: a pipe in its place must not be waited for. */
export const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
