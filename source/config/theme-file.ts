import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { exitCodes, UserError } from '../domain/errors.ts';
import { userThemeSchema } from '../domain/theme.ts';
import type { UserTheme } from '../domain/theme.ts';
import { themes } from '../domain/words.ts';

/** `auto` asks the terminal for its background. */
export const themeChoices = ['auto', ...themes] as const;

const maxThemeBytes = 64 * 1024;

/** Whether a value names a theme, or a file that may hold one. */
export function isTheme(value: string): boolean {
	return themeChoices.some((each) => each === value) || value.endsWith('.json');
}

export const whatThemesAre = `must be ${themeChoices.join(', ')}, or the path of a theme file that ends in .json`;

/**
 * The theme of a file; undefined for a built-in one. A path in the configuration is relative to its file, any
 * other to the current directory. Throws `UserError` that names the file and what is wrong with it.
 */
export async function readTheme(
	{ value, origin }: { readonly value: string; readonly origin: string },
	configPath: string,
): Promise<UserTheme | undefined> {
	if (!value.endsWith('.json')) return undefined;
	const isOfFile = origin === 'file' || origin === 'profile';
	const path = isOfFile ? resolve(dirname(configPath), value) : resolve(value);
	const wrong = (problem: string): UserError =>
		new UserError(`${path}: ${problem}`, {
			nextSteps: ['see the schema of themes in docs/themes.md'],
			exitCode: exitCodes.config,
		});
	const text = await readFile(path, 'utf8').catch((error: unknown) => {
		throw wrong(error instanceof Error ? error.message : 'cannot be read');
	});
	if (text.length > maxThemeBytes) throw wrong('is larger than 64 kB');
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		throw wrong('is not JSON');
	}
	const parsed = userThemeSchema.safeParse(json);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw wrong(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`);
}
