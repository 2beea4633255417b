/** The page of a model on the site of Hugging Face, with or without the scheme, and the revision that the page shows. */
const PAGE =
  /^(?:https?:\/\/)?(?:www\.)?(?:huggingface\.co|hf\.co)\/((?:datasets\/)?[\w.-]+\/[\w.-]+)(?:\/(?:tree|resolve|blob)\/([\w.-]+))?/i;
const ON_HUB = /^(?:hf:\/?)?((?:datasets\/)?[\w-][\w.-]*\/[\w-][\w.-]*(?:@[\w./-]+)?)$/;
const IN_REGISTRY = /^(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::\d+)?\/[a-z0-9._/-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/;

/** The name of the model on Hugging Face whose page was given; null for another address. */
export function nameOfPage(address: string): string | null {
  const [, name, revision] = PAGE.exec(address) ?? [];
  return name === undefined ? null : `hf://${name}${revision === undefined ? '' : `@${revision}`}`;
}

/** What a path that does not exist may have been meant as: a hint, or null if it looks like no name in a store. */
export function meantInStore(operand: string): string | null {
  const [, short] = ON_HUB.exec(operand) ?? [];
  const onHub = nameOfPage(operand) ?? (short === undefined ? null : `hf://${short}`);
  if (onHub !== null) return `for a model on Hugging Face, write ${onHub}`;
  return IN_REGISTRY.test(operand) ? `for an artifact in a registry, write oci://${operand}` : null;
}
