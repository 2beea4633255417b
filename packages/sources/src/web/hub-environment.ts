import { HUGGING_FACE } from '../huggingface/endpoint.ts';

/** The hub that is meant if no other is named. */
export function hubEndpoint(): string {
  return HUGGING_FACE;
}

/** A browser keeps no token of its own. */
export async function hubToken(): Promise<string | null> {
  return null;
}
