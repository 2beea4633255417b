/** Something that the user has to choose or write first. The message is a sentence. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** The identifier of the field that it is about. */
  readonly field: string | null;

  constructor(message: string, field: string | null = null) {
    super(message);
    this.field = field;
  }
}
