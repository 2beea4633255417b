/** What a program in one file knows of itself. */
export interface ProgramParts {
  /** Of the command and of the engine. */
  readonly version: string;
  /** The platform of the compiled engine in it, or null if there is none. */
  readonly engine: string | null;
}
