import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { stateDirectory } from '../config/paths.ts';
import type { CommandContext } from './command.ts';

const placesSchema = z.object({ urls: z.array(z.url()).max(1000) });

/** Where a running demo notes the addresses of its nodes: it listens at ports that happen to be free. */
function fileOf(context: Pick<CommandContext, 'env'>): string {
	return path.join(stateDirectory(context), 'demo.json');
}

/** Notes the addresses; resolves with the function that removes them again. Without a note all works. */
export async function noteDemo(
	urls: readonly string[],
	context: Pick<CommandContext, 'env'>,
): Promise<() => Promise<void>> {
	const file = fileOf(context);
	try {
		await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
		await writeFile(file, JSON.stringify({ urls }), { mode: 0o600 });
	} catch {
		return () => Promise.resolve();
	}
	return () => rm(file, { force: true }).catch(() => undefined);
}

/** The addresses of the demo that runs, or ran and was killed; none without one. */
export async function demoPlaces(context: Pick<CommandContext, 'env'>): Promise<readonly string[]> {
	try {
		return placesSchema.parse(JSON.parse(await readFile(fileOf(context), 'utf8'))).urls;
	} catch {
		return [];
	}
}
