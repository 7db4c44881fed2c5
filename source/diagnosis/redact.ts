import { isIP } from 'node:net';
import { readsLikeCredential, replacePatterns } from './private-patterns.ts';
import type { Pseudonym, Role } from './private-patterns.ts';

/** A text that may still hold something private, and where. */
export interface Doubt {
	/** As `nodes.0.notes.1`. */
	readonly path: string;
	readonly why: string;
}

export interface Redacted {
	readonly value: unknown;
	/** How many different values of each role were replaced. */
	readonly replaced: Readonly<Partial<Record<Role, number>>>;
	readonly doubts: readonly Doubt[];
}

/** What is private here, whatever holds it. */
export interface Privacy {
	/** Ids of nodes and peers, wherever they occur. */
	readonly peers: readonly string[];
	/** The user's names of nodes, groups and profiles. */
	readonly names: readonly string[];
	/** Host names of addresses. */
	readonly hosts: readonly string[];
	/** The user and the machine that this runs on. */
	readonly users: readonly string[];
}

/** Fields whose long opaque values are public facts of a chain. */
const publicFields = /(?:hash|genesisHash|recent\.\d+\.(?:id|hash)|parents\.\d+)$/i;
const opaque = /[\w+/=-]{32,}/g;

/**
 * Replaces what is private by pseudonyms, the same value by the same one throughout, in every string
 * and key of a JSON value. What looks private and has no known role is a doubt: the caller must not
 * hand the value out then. Pure; pseudonyms are numbered in the order in which they occur.
 */
export function redact(value: unknown, privacy: Privacy): Redacted {
	const table = new Map<string, string>();
	const counts: Partial<Record<Role, number>> = {};
	const doubts: Doubt[] = [];
	const pseudonym: Pseudonym = (role, found) => {
		const known = table.get(found);
		if (known !== undefined) return known;
		const number = (counts[role] ?? 0) + 1;
		counts[role] = number;
		const made = `${role}-${number}`;
		table.set(found, made);
		return made;
	};
	const known = knownValues(privacy);

	const text = (given: string, path: string): string => {
		const peersReplaced = replaceKnown(given, known.before, pseudonym);
		const shapesReplaced = replacePatterns(peersReplaced, pseudonym);
		const result = replaceKnown(shapesReplaced, known.after, pseudonym);
		const why = whyDoubtful(given, result, path);
		if (why !== undefined) doubts.push({ path, why });
		return result;
	};

	const walk = (part: unknown, path: string): unknown => {
		if (typeof part === 'string') return text(part, path);
		if (Array.isArray(part)) return part.map((each, index) => walk(each, join(path, `${index}`)));
		if (typeof part !== 'object' || part === null) return part;
		return Object.fromEntries(
			Object.entries(part).map(([key, each]) => [text(key, path), walk(each, join(path, key))]),
		);
	};
	return { value: walk(value, ''), replaced: counts, doubts };
}

/** The longest first, so that a name within another does not break it. */
function knownValues({ peers, names, hosts, users }: Privacy) {
	const byLength = (values: readonly string[], least: number) =>
		[...new Set(values)]
			.filter((value) => value.length >= least)
			.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
	const ownHosts = hosts.filter((host) => isIP(host) === 0 && host !== 'localhost');
	// Ids and host names first, for shapes would take parts of them; names last, for they may be `home`.
	return {
		before: [
			['peer', byLength(peers, 4)],
			['host', byLength(ownHosts, 2)],
		],
		after: [
			['name', byLength(names, 2)],
			['user', byLength(users, 3)],
		],
	} as const;
}

function replaceKnown(
	text: string,
	known: readonly (readonly [Role, readonly string[]])[],
	pseudonym: Pseudonym,
): string {
	let result = text;
	for (const [role, values] of known) {
		const isAnyCase = role === 'host' || role === 'user';
		const searched = isAnyCase ? result.toLowerCase() : result;
		for (const found of values) {
			if (!searched.includes(isAnyCase ? found.toLowerCase() : found)) continue;
			const made = pseudonym(role, isAnyCase ? found.toLowerCase() : found);
			result = replaceWord(result, found, made, isAnyCase ? 'gi' : 'g');
		}
	}
	return result;
}

/** Only whole words, so that a node called `us` leaves `status` alone. */
function replaceWord(text: string, found: string, made: string, flags: string): string {
	const escaped = found.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
	return text.replaceAll(new RegExp(String.raw`(?<![\w-])${escaped}(?![\w-])`, flags), made);
}

function whyDoubtful(given: string, text: string, path: string): string | undefined {
	if (readsLikeCredential(given, path)) return 'reads like a credential';
	if (publicFields.test(path)) return undefined;
	const found = (text.match(opaque) ?? []).find((run) => /\d/.test(run) && /[a-z]/i.test(run));
	return found === undefined ? undefined : `an opaque value of ${found.length} characters`;
}

function join(path: string, key: string): string {
	return path === '' ? key : `${path}.${key}`;
}
