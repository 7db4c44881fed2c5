import * as z from 'zod';
import { cleanText } from '../../domain/clean.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { ConsensusStatus, Health } from '../../domain/words.ts';

type SelfReport = NonNullable<Reading['selfReport']>;

const statuses: Readonly<Record<string, ConsensusStatus>> = {
	active: 'active',
	running: 'active',
	syncing: 'syncing',
	synchronizing: 'syncing',
	stalled: 'stalled',
	halted: 'halted',
	stopped: 'halted',
};

const healths: Readonly<Record<string, Health>> = {
	healthy: 'up',
	ok: 'up',
	up: 'up',
	degraded: 'degraded',
	warning: 'degraded',
	unhealthy: 'down',
	down: 'down',
	critical: 'down',
};

/** A consensus state in nodetop's words; `unknown` for a state that this version does not know. */
export function toConsensusStatus(state: unknown): ConsensusStatus | undefined {
	const variant = readVariant(state);
	return variant && (wordIn(statuses, variant.name) ?? 'unknown');
}

/**
 * The node's verdict on itself: a word, or a Rust enum as serde writes it, with the reasons inside
 * (`{"Degraded": ["…"]}`), or an object with `status` and `reasons` or `issues`.
 */
export function toSelfReport(health: unknown): SelfReport | undefined {
	const verdict = statusObject.safeParse(health);
	const variant = verdict.success ? readVariant(verdict.data.status) : readVariant(health);
	if (!variant) return undefined;
	const inner = verdict.success ? (verdict.data.reasons ?? verdict.data.issues) : variant.content;
	const reasons = toReasons(inner);
	const status = wordIn(healths, variant.name);
	if (status === undefined) return { status: 'unknown', reasons: [variant.name, ...reasons] };
	return { status, reasons };
}

/** A Rust enum value as text: `Running`, `Error(message)`, or `{"Error": "message"}`. */
export function readVariant(value: unknown): { name: string; content: unknown } | undefined {
	if (typeof value === 'string') {
		const [, name = value, content] = /^(\w+)\((.*)\)$/s.exec(value) ?? [];
		const word = cleanText(name);
		return word === undefined ? undefined : { name: word, content };
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
	const [entry, ...others] = Object.entries(value);
	const name = entry && others.length === 0 ? cleanText(entry[0]) : undefined;
	return entry && name !== undefined ? { name, content: entry[1] } : undefined;
}

const maxReasons = 20;

export function toReasons(value: unknown): string[] {
	const all: unknown[] = Array.isArray(value) ? value.slice(0, maxReasons) : [value];
	return all.flatMap((reason) => {
		const described = describedReason.safeParse(reason);
		const text = cleanText(described.success ? described.data.message : reason);
		return text === undefined ? [] : [text];
	});
}

const describedReason = z.object({ message: z.string() });
const statusObject = z.object({
	status: z.string(),
	reasons: z.unknown().optional(),
	issues: z.unknown().optional(),
});

function wordIn<Value>(words: Readonly<Record<string, Value>>, name: string): Value | undefined {
	const word = name.toLowerCase();
	return Object.hasOwn(words, word) ? words[word] : undefined;
}
