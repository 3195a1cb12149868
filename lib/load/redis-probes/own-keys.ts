/** Before the name of every key that Ratchet itself writes to a server to measure it. */
export const ownNamespace = 'ratchet:probe:';

/** Its keys go by themselves after this, where they could not be deleted, s. */
export const ownKeySeconds = 600;

/** Before the name of keys that are never there: lookups that miss. */
export const absentNamespace = 'ratchet:absent:';
