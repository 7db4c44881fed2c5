import { clean } from '../../../domain/clean.ts';
import { decodeText } from './scanner.ts';

/** Kinds of error that are kept apart; further ones are counted as one. */
const mostSignatures = 60;
const mostText = 240;
const other = 'other errors';

export interface ErrorGroup {
	readonly signature: string;
	count: number;
	lastAtMs: number;
	level: string;
}

/** What differs from one error to the next of its kind, the longest forms first. */
const variables: readonly (readonly [RegExp, string])[] = [
	[/\b[A-Z2-7]{52}\b/g, 'PIECE'],
	[/\b1[1-9A-HJ-NP-Za-km-z]{45,52}\b/g, 'SATELLITE'],
	[/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, 'ID'],
	[/\[[\da-f:.]{2,45}(?:%\w{1,15})?\](?::\d{1,5})?/gi, 'ADDRESS'],
	[/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{1,5})?\b/g, 'ADDRESS'],
	[/(?:\/[\w.@+-]{1,80}){2,}/g, 'PATH'],
	[/\b[\da-f]{16,}\b/gi, 'ID'],
	[/\b(?:\d{1,9}(?:\.\d{1,9})?(?:h|m|s|ms|µs|us|ns))+(?![A-Za-z])/g, 'TIME'],
	[/\d+(?:\.\d+)?/g, 'N'],
];

/** An error without what differs from one to the next of its kind: addresses, pieces, times, numbers. */
export function signatureOf(message: string, error: string): string {
	const whole = error === '' ? message : `${message}: ${error}`;
	let text = clean(decodeText(whole.slice(0, mostText)), mostText);
	for (const [pattern, name] of variables) text = text.replaceAll(pattern, name);
	return text;
}

export interface ErrorGroups {
	readonly add: (message: string, error: string, level: string, atMs: number) => void;
	/** The most frequent first. */
	readonly list: () => readonly ErrorGroup[];
}

/** Errors grouped by signature, the number of groups bounded. */
export function createErrorGroups(): ErrorGroups {
	const groups = new Map<string, ErrorGroup>();
	return {
		add(message, error, level, atMs) {
			const full = signatureOf(message, error);
			const signature = groups.has(full) || groups.size < mostSignatures ? full : other;
			const group = groups.get(signature) ?? { signature, count: 0, lastAtMs: atMs, level };
			group.count += 1;
			group.lastAtMs = Number.isNaN(atMs) ? group.lastAtMs : atMs;
			group.level = level;
			groups.set(signature, group);
		},
		list: () => [...groups.values()].toSorted((a, b) => b.count - a.count),
	};
}
