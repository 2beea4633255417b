/** The most digests of one plan: as many resources as a signature lists. */
export const MAX_DIGESTS = 1_000_000;

/** The most parts of one plan. */
export const MAX_PARTS = 100_000;

/** The highest number of a replica. */
export const MAX_REPLICA = 999;
