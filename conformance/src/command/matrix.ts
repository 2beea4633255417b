export async function matrix(_args: readonly string[], _signal: AbortSignal): Promise<number> {
  return 0;
}
