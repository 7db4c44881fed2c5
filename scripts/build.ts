import type { OutputOptions } from 'rolldown';
import { digestOfInputs, isBuilt, markBuilt } from './built.ts';

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
	markBuilt(digest);
}

if (import.meta.main) await build();
