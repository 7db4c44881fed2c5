import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'rolldown';
import config from '../../rolldown.config.ts';

/** Bundles an entry as the program is bundled; gives the path of the file to run. */
export async function buildEntry(entry: string): Promise<string> {
	const directory = mkdtempSync(path.join(tmpdir(), 'nodetop-entry-'));
	await build({
		...config,
		input: { entry },
		output: { ...config.output, dir: directory },
		logLevel: 'silent',
	});
	return path.join(directory, 'entry.js');
}
