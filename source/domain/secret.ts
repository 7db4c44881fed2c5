const mask = '***';
/** What `console.log` and `util.inspect` ask an object for; node:util itself is slow to load. */
const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

/** A value that must not be printed. Only `reveal()` gives it; every way of printing masks it. */
export class Secret {
	readonly #value: string;

	constructor(value: string) {
		this.#value = value;
	}

	reveal(): string {
		return this.#value;
	}

	toString(): string {
		return mask;
	}

	toJSON(): string {
		return mask;
	}

	[inspectCustom](): string {
		return mask;
	}
}

/** Query parameters whose value is a credential by its name. */
const secretParameter = /token|key|secret|pass|auth|sig/i;

export function isSecretParameter(name: string): boolean {
	return secretParameter.test(name);
}

/** A URL that may be shown: user, password and secret query values replaced by `***`. */
export function maskUrl(url: string): string {
	if (!URL.canParse(url)) return url.replace(/\/\/[^/@\s]*@/, `//${mask}@`);
	const parsed = new URL(url);
	if (parsed.username === '' && parsed.password === '' && parsed.search === '') return url;
	if (parsed.username !== '' || parsed.password !== '') {
		parsed.username = mask;
		parsed.password = '';
	}
	for (const name of new Set(parsed.searchParams.keys())) {
		if (secretParameter.test(name)) parsed.searchParams.set(name, mask);
	}
	return parsed.href;
}
