/** The model that a hub of the benchmark has. */
export interface HubShape {
  readonly files: number;
  /** Of each file. */
  readonly bytes: number;
  /** Whether the digests are those of content that can be read. */
  readonly hasContent: boolean;
}

export const REPOSITORY = 'org/model';

/** How many files are read at the same time, by ours and by the plain readers. */
export const AT_ONCE = 8;
