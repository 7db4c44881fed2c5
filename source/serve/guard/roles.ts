import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../domain/secret.ts';

/** Each role may do what those before it may: read; run network tests; acknowledge and silence alerts. */
export const roles = ['read', 'test', 'act'] as const;
export type Role = (typeof roles)[number];

export interface AccessToken {
	/** Under which its holder acts. */
	readonly name: string;
	readonly token: Secret;
	readonly role: Role;
}

/** Who asks. */
export interface Caller {
	/** Absent without a token. */
	readonly name?: string;
	readonly role: Role;
}

/** Finds the caller of a request by its `Authorization` header; `undefined` for none or a wrong one. */
export type CallerOf = (authorization: string | undefined) => Caller | undefined;

/**
 * Compares hashes, and always all of them, so that the time tells nothing about a token. Without tokens
 * everyone has every role: the server then listens on loopback only.
 */
export function createRoles(tokens: readonly AccessToken[]): CallerOf {
	if (tokens.length === 0) return () => ({ role: 'act' });
	const known = tokens.map(({ token, name, role }) => ({
		hash: hashOf(token.reveal()),
		caller: { name, role },
	}));
	return (authorization) => {
		const [, given] = /^Bearer ([\x21-\x7E]{1,4096})$/i.exec(authorization ?? '') ?? [];
		if (given === undefined) return undefined;
		const hash = hashOf(given);
		const matches = known.filter((each) => timingSafeEqual(each.hash, hash));
		// One token under two names has the higher role.
		return matches
			.map(({ caller }) => caller)
			.toSorted((a, b) => roles.indexOf(b.role) - roles.indexOf(a.role))[0];
	};
}

export function mayAs(role: Role, needed: Role): boolean {
	return roles.indexOf(role) >= roles.indexOf(needed);
}

function hashOf(text: string): Buffer {
	return createHash('sha256').update(text).digest();
}
