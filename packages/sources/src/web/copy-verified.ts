/** There is no file system to put a model in place. */
export {};
