export interface SearchItem {
  kind: string;
  title: string;
  note: string;
  path: string;
}

/**
 * Items that hold every word of `text`, in their title, kind or note. A title that starts with the text comes first,
 * then titles that hold a word at a word's start, then the rest; otherwise the given order stays.
 */
export function search(items: SearchItem[], text: string, most: number): SearchItem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items.slice(0, most);
  const scored: { item: SearchItem; score: number; at: number }[] = [];
  items.forEach((item, at) => {
    const title = item.title.toLowerCase();
    const all = `${title} ${item.kind} ${item.note}`.toLowerCase();
    if (!words.every((w) => all.includes(w))) return;
    const score = title.startsWith(words.join(' '))
      ? 0
      : words.every((w) => new RegExp(`\\b${w.replace(/[^\w]/g, '\\$&')}`).test(title))
        ? 1
        : 2;
    scored.push({ item, score, at });
  });
  return scored
    .sort((a, b) => a.score - b.score || a.at - b.at)
    .slice(0, most)
    .map((s) => s.item);
}
