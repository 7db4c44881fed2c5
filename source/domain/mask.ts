/** Replaces secrets in text that came from outside. */
export interface Mask {
	text(foreign: string): string;
	/** A copy of a value in which every text is masked, names of fields included; itself where none is. */
	all<Value>(value: Value): Value;
}

const shown = '***';
/** A shorter text is no secret: it would be found in every second word. */
const leastLength = 4;
/** So much of a secret at the end of a text that was cut gives it away. */
const leastPrefix = 6;
const ellipsis = '…';

/**
 * A mask for these secrets as they are, and as programs write them: in URLs, JSON, HTML, hex and base64,
 * also within longer base64. `undefined` where there is nothing to mask.
 */
export function createMask(secrets: Iterable<string>): Mask | undefined {
	const plain = [...new Set(secrets)].filter((secret) => secret.length >= leastLength);
	if (plain.length === 0) return undefined;
	const forms = [...new Set(plain.flatMap(formsOf))].sort((a, b) => b.length - a.length);

	function text(foreign: string): string {
		let masked = foreign;
		for (const form of forms) {
			if (masked.includes(form)) masked = masked.replaceAll(form, shown);
		}
		return masked.endsWith(ellipsis) ? withoutCutSecret(masked, forms) : masked;
	}

	return { text, all: (value) => maskAll(value, text) };
}

function maskAll<Value>(value: Value, text: (foreign: string) => string): Value {
	// Each branch gives back what has the type of its input.
	if (typeof value === 'string') return text(value) as Value & string;
	if (typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) {
		const items: readonly unknown[] = value;
		const masked = items.map((item) => maskAll(item, text));
		return masked.some((item, index) => item !== items[index]) ? (masked as Value) : value;
	}
	const entries = Object.entries(value);
	const masked = entries.map(([key, inner]: [string, unknown]) => [
		text(key),
		maskAll(inner, text),
	]);
	const isChanged = masked.some(
		([key, inner], index) => key !== entries[index]?.[0] || inner !== entries[index]?.[1],
	);
	return isChanged ? (Object.fromEntries(masked) as Value) : value;
}

/** The end of a text that was cut within a secret. */
function withoutCutSecret(text: string, forms: readonly string[]): string {
	const kept = text.slice(0, -ellipsis.length);
	for (const form of forms) {
		for (let length = Math.min(form.length - 1, kept.length); length >= leastPrefix; length -= 1) {
			if (kept.endsWith(form.slice(0, length))) {
				return `${kept.slice(0, -length)}${shown}${ellipsis}`;
			}
		}
	}
	return text;
}

function formsOf(secret: string): string[] {
	const bytes = Buffer.from(secret, 'utf8');
	const json = JSON.stringify(secret).slice(1, -1);
	const html = secret
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
	const uri = encodeURIComponent(secret);
	const texts = [secret, json, html, uri, uri.toLowerCase(), encodeURI(secret)];
	return [
		...texts.flatMap((each) => [each, each.toLowerCase(), each.toUpperCase()]),
		bytes.toString('hex'),
		bytes.toString('hex').toUpperCase(),
		...[0, 1, 2].flatMap((offset) => base64At(bytes, offset)),
	].filter((form) => form.length >= leastLength);
}

/** What of some bytes is always the same in the base64 of a longer text, where they begin at an offset. */
function base64At(bytes: Buffer, offset: number): string[] {
	const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
	// The first characters hold bits of what is before, the last of what is behind.
	const from = Math.ceil((offset * 8) / 6);
	const until = Math.floor((padded.length * 8) / 6);
	const base64 = padded.toString('base64').slice(from, until);
	const url = padded.toString('base64url').slice(from, until);
	return base64.length < leastPrefix ? [] : [...new Set([base64, url])];
}
