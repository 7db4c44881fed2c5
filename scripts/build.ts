import { rolldown } from 'rolldown';
import type { OutputOptions } from 'rolldown';
import config from '../rolldown.config.ts';

/** Builds `dist/`, and says nothing unless something is wrong: `npm start` prints data after it. */
const { output, ...input } = config;
const bundle = await rolldown(input);
for (const options of [output].flat())
	if (options) await bundle.write(options satisfies OutputOptions);
await bundle.close();
