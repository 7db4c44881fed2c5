import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { buildEntry } from '../helpers/build-entry.ts';
import * as plain from '../helpers/schema-answers.ts';

const entry = fileURLToPath(new URL('../helpers/schema-answers.ts', import.meta.url));

test('schemas of the bundle wait until they are asked, and answer as zod’s own do', async () => {
	const url = pathToFileURL(await buildEntry(entry)).href;
	// What is bundled exports what its entry does.
	const bundled = (await import(url)) as typeof plain;
	const all = plain.filledIn();
	bundled.filledIn();
	expect(bundled.filledIn()).toBeLessThan(all / 3);
	expect(JSON.stringify(bundled.schemaAnswers(), undefined, 1)).toBe(
		JSON.stringify(plain.schemaAnswers(), undefined, 1),
	);
});
