const asciiFor: Readonly<Record<string, string>> = {
	'‘': "'",
	'’': "'",
	'“': '"',
	'”': '"',
	'–': '-',
	'—': '-',
	'−': '-',
	'…': '~',
	'·': '.',
	'×': 'x',
	µ: 'u',
	'→': '>',
	'←': '<',
	'↑': '^',
	'↓': 'v',
	'⚠': '!',
	'✓': '+',
	'✗': 'x',
	'•': '*',
};

/** Accents are dropped from their letters; what has no ASCII form becomes `?`. */
export function spellInAscii(text: string): string {
	if (/^[ -~\n\t]*$/.test(text)) return text;
	const spelled = text.replaceAll(
		/[‘’“”–—−…·×µ→←↑↓⚠✓✗•]/gu,
		(character) => asciiFor[character] ?? '?',
	);
	return spelled
		.normalize('NFKD')
		.replaceAll(/\p{M}/gu, '')
		.replaceAll(/[^ -~\n\t]/gu, '?');
}

/** The variable that says that only ASCII can be shown; `undefined` where none does. */
export function asciiVariable(env: NodeJS.ProcessEnv): string | undefined {
	// POSIX, Base Definitions 8.2: the first that is set and not empty; a console has 256 glyphs (vt(4)).
	const locale = ['LC_ALL', 'LC_CTYPE', 'LANG'].find((name) => (env[name] ?? '') !== '');
	if (locale !== undefined && !/utf-?8/i.test(env[locale] ?? '')) return locale;
	return env['TERM'] === 'linux' ? 'TERM' : undefined;
}
