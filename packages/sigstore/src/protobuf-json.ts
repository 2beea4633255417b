/**
 * Reads a message from its JSON form with a generated parser. Such a parser hands the value of a field of bytes to
 * `Buffer.from`, whatever its type, and that allocates as many bytes as an object says in `length`; so objects with this
 * member, which no message has, are refused.
 * @throws {Error} if the JSON has not the form of the message
 */
export function readMessage<T>(type: { fromJSON(json: unknown): T }, json: unknown): T {
  const pending: unknown[] = [json];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value) && Object.hasOwn(value, 'length')) throw new Error('it has a member "length"');
    for (const member of Object.values(value)) if (typeof member === 'object') pending.push(member);
  }
  return type.fromJSON(json);
}
