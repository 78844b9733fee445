import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: '/map/',
  plugins: [react()],
  // The client is linked from a folder beside this one: its peers must be our copies, or React's hooks break.
  resolve: { dedupe: ['react', 'react-dom', '@apollo/client', 'graphql', 'rxjs'] },
  // MapLibre alone is larger than the default limit; it is a chunk of its own so that it stays cached.
  build: {
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'maplibre', test: /node_modules\/maplibre-gl/ }] } },
    },
  },
  // `npm run dev` beside a demo that runs already: JOURNEY_SERVER says where.
  server: {
    proxy: Object.fromEntries(
      ['/graphql', '/map/demo.json'].map((path) => [
        path,
        process.env['JOURNEY_SERVER'] ?? 'http://localhost:4000',
      ]),
    ),
  },
  test: { include: ['test/**/*.test.ts'] },
});
