import { openApiDocument } from '@/lib/api/openapi';
import { json } from '@/lib/api/respond';
import packageJson from '@/package.json';

/** Needs no sign-in: it says what can be asked, not what the answers are. */
export const GET = (): Response => json(openApiDocument(packageJson.version));
