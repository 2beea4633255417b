/** How much of what would be taken over is hashed again: nothing, a share of its bytes, or that many bytes. */
export type Audit = 'none' | { readonly share: number } | { readonly bytes: number };

/** How many bytes an audit of `total` bytes may hash at most. */
export function auditBudget(audit: Audit, total: number): number {
  if (audit === 'none') return 0;
  return 'share' in audit ? Math.floor(total * audit.share) : audit.bytes;
}

/**
 * Draws whole resources at random until none that is left fits into the budget.
 * @param sizes in bytes
 * @returns the indexes that were drawn
 */
export function drawAudit(sizes: readonly number[], budget: number): number[] {
  if (budget <= 0) return [];
  const order = sizes.map((_, index) => index).filter((index) => (sizes[index] as number) <= budget);
  const drawn: number[] = [];
  let left = budget;
  for (let at = 0; at < order.length && left > 0; at++) {
    const other = at + randomBelow(order.length - at);
    const index = order[other] as number;
    order[other] = order[at] as number;
    if ((sizes[index] as number) > left) continue;
    left -= sizes[index] as number;
    drawn.push(index);
  }
  return drawn;
}

/** Random numbers that are fetched at once. */
const POOL = new Uint32Array(1024);
let used = POOL.length;

/** A whole number from 0 up to, and without, `limit`, which what prepares the files cannot foresee. */
function randomBelow(limit: number): number {
  if (used === POOL.length) {
    crypto.getRandomValues(POOL);
    used = 0;
  }
  return Math.floor(((POOL[used++] as number) / 0x1_0000_0000) * limit);
}
