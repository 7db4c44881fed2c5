import { chmod, mkdir } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../domain/errors.ts';

const fileMode = 0o600;
const directoryMode = 0o700;

/** How the store turns text of the file into a configuration; throws for text that is not one. */
type Parse = (text: string) => object;

/**
 * Replaces the configuration file, which conf keeps: atomically, through a link, with mode 0600 in a
 * directory made with 0700. `before` is what the change was made from: throws `UserError` when the file
 * holds something else by now, and what `parse` throws when it cannot be read any more.
 *
 * Only changes go through conf. Opening it creates the directory, and loading it takes longer than loading
 * everything else that a command needs to read its settings (docs/decisions/0007-packages.md).
 */
export async function replaceStore(
	path: string,
	{
		before,
		after,
		parse,
	}: { readonly before: object; readonly after: object; readonly parse: Parse },
): Promise<void> {
	await mkdir(dirname(path), { recursive: true, mode: directoryMode });
	const { default: Conf } = await import('conf');
	const extension = extname(path);
	const conf = new Conf<Record<string, unknown>>({
		cwd: dirname(path),
		configName: basename(path, extension),
		fileExtension: extension,
		projectSuffix: '',
		configFileMode: fileMode,
		// A profile or a rule may have a dot in its name.
		accessPropertiesByDotNotation: false,
		clearInvalidConfig: false,
		serialize: (value) => `${JSON.stringify(value, undefined, '\t')}\n`,
		deserialize: (text) => Object.fromEntries(Object.entries(parse(text))),
	});
	if (!isDeepStrictEqual({ ...conf.store }, { ...before })) {
		throw new UserError(`another program changed ${path} in the meantime`, {
			nextSteps: ['run the command again'],
		});
	}
	conf.store = { ...after };
	// Conf writes a file that cannot be replaced, such as a bind mount, in place: its mode stays.
	await chmod(path, fileMode);
}
