import { defineConfig } from 'prisma/config';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  // Only the Prisma CLI on a developer's machine reads this; the product applies migrations itself at start.
  datasource: { url: process.env.DATABASE_URL ?? '' },
});
