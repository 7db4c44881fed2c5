import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OutputOptions } from 'rolldown';
import { digestOfInputs, isBuilt, markBuilt } from './built.ts';

const pageSource = fileURLToPath(new URL('../source/serve/page/', import.meta.url));
const pageDirectory = fileURLToPath(new URL('../dist/page/', import.meta.url));

/** Builds `dist/` unless it is up to date, and prints nothing when all is well: `npm start` prints data after it. */
export async function build(): Promise<void> {
	if (isBuilt()) return;
	const digest = digestOfInputs();
	// Loaded only now: most starts build nothing.
	const [{ rolldown }, { default: config }] = await Promise.all([
		import('rolldown'),
		import('../rolldown.config.ts'),
	]);
	const { output, ...input } = config;
	const bundle = await rolldown(input);
	for (const options of [output].flat())
		if (options) await bundle.write(options satisfies OutputOptions);
	await bundle.close();
	await buildPage();
	markBuilt(digest);
}

/** The page that the server serves: one script for browsers, beside its markup and style. */
async function buildPage(): Promise<void> {
	const { build: bundle } = await import('rolldown');
	await bundle({
		input: { app: join(pageSource, 'main.ts') },
		platform: 'browser',
		output: { dir: pageDirectory, format: 'esm', minify: true, entryFileNames: '[name].js' },
	});
	for (const name of ['index.html', 'style.css']) {
		cpSync(join(pageSource, name), join(pageDirectory, name));
	}
}

if (import.meta.main) await build();
