import { isIP } from 'node:net';

/** What a value is replaced by says what it was: `peer-3`, `address-1`. */
type Role = 'peer' | 'address' | 'host' | 'wallet' | 'mail' | 'path' | 'name' | 'user';

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
const wallet = /\b0x[\da-fA-F]{40}\b/g;
const mail = /[\w.+-]+@[\w-]+\.[\w.-]+/g;
const ipv4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g;
const ipv6 = /(?<![\w:])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:])/gi;
const filePath = /(?<![\w/.:-])(?:~|\/(?:home|root|Users|var|etc|opt|srv|mnt|data))\/[^\s"',;]+/g;
const opaque = /[\w+/=-]{32,}/g;
const secretWord =
	/-----BEGIN|\bbearer\s+\S|\b(?:password|passwd|secret|token|api[_-]?key)\s*[=:]\s*\S/i;

/**
 * Replaces what is private by pseudonyms, the same value by the same one throughout, in every string
 * and key of a JSON value. What looks private and has no known role is a doubt: the caller must not
 * hand the value out then. Pure; pseudonyms are numbered in the order in which they occur.
 */
export function redact(value: unknown, privacy: Privacy): Redacted {
	const table = new Map<string, string>();
	const counts: Partial<Record<Role, number>> = {};
	const doubts: Doubt[] = [];
	const pseudonym = (role: Role, found: string): string => {
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
		let result = given;
		for (const [role, values] of known) {
			for (const found of values) {
				if (result.includes(found)) result = replaceWord(result, found, pseudonym(role, found));
			}
		}
		result = result
			.replaceAll(mail, (found) => pseudonym('mail', found))
			.replaceAll(wallet, (found) => pseudonym('wallet', found))
			.replaceAll(filePath, (found) => pseudonym('path', found))
			.replaceAll(ipv4, (found) => (isPublicFact(found) ? found : pseudonym('address', found)))
			.replaceAll(ipv6, (found) =>
				isIP(found) !== 6 || isPublicFact(found) ? found : pseudonym('address', found),
			);
		const why = whyDoubtful(result, path);
		if (why !== undefined) doubts.push({ path, why });
		return result;
	};

	const walk = (part: unknown, path: string): unknown => {
		if (typeof part === 'string') return text(part, path);
		if (Array.isArray(part)) return part.map((each, index) => walk(each, join(path, `${index}`)));
		if (typeof part !== 'object' || part === null) return part;
		return Object.fromEntries(
			Object.entries(part).map(([key, each]) => [
				text(key, join(path, key)),
				walk(each, join(path, key)),
			]),
		);
	};
	return { value: walk(value, ''), replaced: counts, doubts };
}

/** The longest first, so that a name within another does not break it. */
function knownValues({ peers, names, hosts, users }: Privacy): [Role, string[]][] {
	const byLength = (values: readonly string[], least: number) =>
		[...new Set(values)]
			.filter((value) => value.length >= least)
			.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
	return [
		['peer', byLength(peers, 4)],
		[
			'host',
			byLength(
				hosts.filter((host) => isIP(host) === 0 && host !== 'localhost'),
				2,
			),
		],
		['name', byLength(names, 2)],
		['user', byLength(users, 3)],
	];
}

/** Only whole words, so that a node called `us` leaves `status` alone. */
function replaceWord(text: string, found: string, made: string): string {
	const escaped = found.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
	return text.replaceAll(new RegExp(String.raw`(?<![\w-])${escaped}(?![\w-])`, 'g'), made);
}

/** Loopback and unspecified addresses say nothing of anyone. */
function isPublicFact(address: string): boolean {
	return (
		address.startsWith('127.') || address === '0.0.0.0' || address === '::1' || address === '::'
	);
}

function whyDoubtful(text: string, path: string): string | undefined {
	if (secretWord.test(text)) return 'reads like a credential';
	if (publicFields.test(path)) return undefined;
	const found = (text.match(opaque) ?? []).find((run) => /\d/.test(run) && /[a-z]/i.test(run));
	return found === undefined ? undefined : `an opaque value of ${found.length} characters`;
}

function join(path: string, key: string): string {
	return path === '' ? key : `${path}.${key}`;
}
