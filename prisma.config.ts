import { defineConfig } from 'prisma/config';

/** For the Prisma CLI alone (`npm run generate`). The server takes its DATABASE_URL from its own configuration. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
