/** A folder that a browser lets a page read, whatever it calls it. */
export interface Folder {
  /**
   * All entries, each with its own name only.
   * @throws {DOMException} if it cannot be read
   */
  entries(): Promise<readonly FolderEntry[]>;
}

export type FolderEntry =
  | { readonly name: string; readonly folder: Folder }
  | {
      readonly name: string;
      /** The file as it is now. */
      file(): Promise<Blob>;
    };
