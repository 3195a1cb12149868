/** A command this user or this (managed) server does not allow is told, not an error; all else is. */
export async function permitted<T>(
  fn: () => Promise<T>,
): Promise<{ value: T | null; refused: string | null }> {
  try {
    return { value: await fn(), refused: null };
  } catch (error) {
    if (error instanceof Error && /^(NOPERM|ERR unknown (sub)?command)/i.test(error.message)) {
      return { value: null, refused: error.message };
    }
    throw error;
  }
}
