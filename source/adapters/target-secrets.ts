import { createMask } from '../domain/mask.ts';
import type { Mask } from '../domain/mask.ts';
import { isSecretParameter } from '../domain/secret.ts';
import type { Target } from '../domain/target.ts';

/** Headers that say what we are, and hold no credential. */
const openHeaders =
	/^(?:accept(?:-.*)?|cache-control|connection|content-type|host|origin|referer|user-agent)$/i;

const masks = new WeakMap<Target, Mask | 'none'>();

/** Masks what a target's owner gave to nodetop in confidence; `undefined` where that is nothing. */
export function maskOf(target: Target): Mask | undefined {
	const known = masks.get(target);
	if (known !== undefined) return known === 'none' ? undefined : known;
	const mask = createMask(secretsOf(target));
	masks.set(target, mask ?? 'none');
	return mask;
}

function* secretsOf({
	url,
	fallbacks = [],
	metricsUrl,
	token,
	headers = {},
	secretParts = [],
	proxy,
}: Target) {
	if (token) yield token.reveal();
	for (const part of secretParts) yield part.reveal();
	for (const [name, value] of Object.entries(headers)) {
		if (openHeaders.test(name)) continue;
		const text = value.reveal();
		yield text;
		// `Bearer TOKEN`: the token alone is as secret.
		yield* text.split(/\s+/).slice(1);
	}
	if (proxy?.user) yield proxy.user.reveal();
	if (proxy?.password) yield proxy.password.reveal();
	yield* inAddress(url);
	for (const fallback of fallbacks) yield* inAddress(fallback.url);
	if (metricsUrl !== undefined) yield* inAddress(metricsUrl);
}

function* inAddress(address: string) {
	const url = URL.parse(address);
	if (!url) return;
	const [user, password] = [decoded(url.username), decoded(url.password)];
	if (password !== '') {
		yield Buffer.from(`${user}:${password}`).toString('base64');
		yield password;
		yield url.password;
	}
	if (user !== '') {
		yield user;
		yield url.username;
	}
	for (const [name, value] of url.searchParams) if (isSecretParameter(name)) yield value;
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		// A lone % is itself.
		return text;
	}
}
