import { fileURLToPath } from 'node:url';
import { defineConfig } from 'rolldown';

const cellWidthModule = fileURLToPath(new URL('source/domain/cell-width.ts', import.meta.url));

/**
 * One entry a process: the command line, and the embedded devnet that `demo` forks. What an entry
 * imports dynamically (the terminal UI, each command) becomes a chunk of its own, so `--version`
 * loads a few kilobytes. React is built for production: development React doubles the CPU.
 */
export default defineConfig({
	input: { cli: 'source/cli.ts', devnet: 'source/devnet/main.ts' },
	platform: 'node',
	plugins: [
		{
			name: 'without-react-devtools',
			resolveId: (id) => (id === 'react-devtools-core' ? '\0without-devtools' : null),
			load: (id) => (id === '\0without-devtools' ? 'export default {}' : null),
		},
		{
			// Ink measures every piece of text several times a frame: it gets our measure too, which
			// asks string-width itself only where a character may be wider than one cell.
			name: 'one-measure-of-text',
			resolveId: (id, importer) =>
				id === 'string-width' && importer !== cellWidthModule ? '\0cell-width' : null,
			load: (id) =>
				id === '\0cell-width'
					? `export { cellWidth as default } from ${JSON.stringify(cellWidthModule)};`
					: null,
		},
	],
	transform: { define: { 'process.env.NODE_ENV': '"production"' } },
	output: {
		dir: 'dist',
		format: 'esm',
		minify: { mangle: false, compress: true },
		entryFileNames: '[name].js',
		chunkFileNames: 'chunks/[name]-[hash].js',
		cleanDir: true,
	},
});
