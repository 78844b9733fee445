import { defineConfig } from 'prisma/config';

/** For the Prisma CLI alone: `npm run generate`, and whoever mends a database's history by `npx prisma migrate resolve`. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] },
});
