/** Rows that go to the store in one statement at most. */
const batchSize = 500;

/**
 * Rows as JSON texts for `jsonb_to_recordset`, some hundred in each, so that thousands take a few statements and none
 * is too large. Half a surrogate pair, as cutting a text can leave, becomes U+FFFD: jsonb refuses it.
 */
export function jsonBatches(rows: readonly object[]): string[] {
  const batches: string[] = [];
  for (let i = 0; i < rows.length; i += batchSize)
    batches.push(
      JSON.stringify(rows.slice(i, i + batchSize), (_, value: unknown) =>
        typeof value === 'string' ? wellFormed(value) : value,
      ),
    );
  return batches;
}

const wellFormed = (text: string) =>
  text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
