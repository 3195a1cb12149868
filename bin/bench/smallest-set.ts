/**
 * A smallest set of parts that cures, out of parts that together do: none of it can be spared. By halves, so that one
 * culprit among n is found with about log2(n) questions (QuickXplain: Junker, AAAI 2004). `cures` tells whether
 * to go without these parts cures.
 */
export async function smallestSet<P>(
  parts: readonly P[],
  cures: (removed: readonly P[]) => Promise<boolean>,
): Promise<P[]> {
  if (parts.length <= 1) return [...parts];
  const half = Math.ceil(parts.length / 2);
  const [first, second] = [parts.slice(0, half), parts.slice(half)];
  if (await cures(first)) return smallestSet(first, cures);
  if (await cures(second)) return smallestSet(second, cures);
  const ofFirst = await smallestSet(first, (removed) => cures([...removed, ...second]));
  const ofSecond = await smallestSet(second, (removed) => cures([...ofFirst, ...removed]));
  return [...ofFirst, ...ofSecond];
}
