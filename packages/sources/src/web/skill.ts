/** There is no file system to find a skill in. */
export {};
