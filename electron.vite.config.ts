import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** The folders are named by the product, not by the tool, so every entry is named here. */
export default defineConfig({
  main: {
    build: {
      rollupOptions: {
        input: {
          index: 'src-main/index.ts',
          backend: 'src-main/backend/process.ts',
          'care-worker': 'src-main/backend/care/worker.ts',
          'demo-servers': 'test/servers/demo/demo-process.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rollupOptions: {
        input: { index: 'src-preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    plugins: [react()],
    build: { rollupOptions: { input: { index: 'src-renderer/index.html' } } },
  },
});
