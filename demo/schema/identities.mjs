// Tokens and addresses follow from the row number, so that a client without access to the database can use them.
import { createHash } from 'node:crypto';

const domains = ['example.com', 'example.org', 'mail.example.net'];

/** Token of session `i`, 1-based. */
export const tokenOf = (i) => createHash('md5').update(`session ${i}`).digest('hex');
/** Sessions that last 400 days: of the newer half of all rows, good for at least 300 days after seeding. */
export const isLasting = (i) => i % 10 === 1;

/** E-mail address of user `i`, 1-based. */
export const emailOf = (i) => `user${i}@${domains[i % 3]}`;
