// Tokens and addresses follow from the row number, so that a client without access to the database can use them.
import { createHash } from 'node:crypto';

const domains = ['example.com', 'example.org', 'mail.example.net'];

/** Token of session `i`, 1-based. Every fifth session is inactive. */
export const tokenOf = (i) => createHash('md5').update(`session ${i}`).digest('hex');
export const isActive = (i) => i % 5 !== 0;

/** E-mail address of user `i`, 1-based. */
export const emailOf = (i) => `user${i}@${domains[i % 3]}`;
