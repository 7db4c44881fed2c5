import type * as z from 'zod';
import { pollErrorCodes, groupStates } from '../../domain/words.ts';
import type { GroupState, PollErrorCode } from '../../domain/words.ts';
import { readingSchema } from '../../sections/snapshot.ts';
import type { Reading } from '../../sections/snapshot.ts';
import { outlookSchema } from '../../sections/outlook/schema.ts';
import type { Outlook } from '../../sections/outlook/schema.ts';
import { probesSchema } from '../../sections/probes/schema.ts';
import type { Probes } from '../../sections/probes/schema.ts';
import { groupSchema } from '../../sections/group/schema.ts';
import type { Group } from '../../sections/group/schema.ts';
import { expandSeries, readSpan, RuleTestMistake, sampleAt } from './series.ts';
import type { Sample } from './series.ts';
import type { RuleTest, TestedGroup, TestedNode } from './schema.ts';

/** One round of polls, as the monitor of a test gets it. */
export interface Round {
	/** Unix ms. */
	readonly nowMs: number;
	/** All watched nodes; a node without `poll` is not polled in this round. */
	readonly nodes: readonly PolledNode[];
	/** Replaces the groups that a comparison of the nodes gives. */
	readonly groups: readonly Group[] | undefined;
	/** Whether the monitor's own connection works. */
	readonly isConnected: boolean;
	/** Whether nodetop can write its own state. */
	readonly isStateKept: boolean;
}

export interface PolledNode {
	readonly name: string;
	readonly kind: string;
	readonly url: string;
	readonly group?: string | undefined;
	readonly tags?: readonly string[] | undefined;
	readonly poll?: { readonly reading: Reading } | { readonly code: PollErrorCode };
	/** Results of nodetop's own probes of the path. */
	readonly probes?: Probes;
	/** What the history says of the node. */
	readonly outlook?: Outlook;
	/** Results of scheduled checks, by component and check. */
	readonly checks?: readonly PolledCheck[];
}

export interface PolledCheck {
	/** Such as `storage.space`. */
	readonly name: string;
	readonly says: (typeof checkWords)[number];
	/** Its place in the file. */
	readonly where: string;
}

const checkWords = ['up', 'unknown', 'warning', 'critical'] as const;

/** The round at a slot of the test. Throws `RuleTestMistake`. */
export type Rounds = (slot: number, atMs: number, nowMs: number) => Round;

interface Source {
	readonly name: string;
	readonly where: string;
	readonly node: TestedNode;
	readonly poll: readonly Sample[];
	readonly series: readonly { readonly path: string; readonly samples: readonly Sample[] }[];
	readonly checks: readonly { readonly path: string; readonly samples: readonly Sample[] }[];
}

/** Reads the series of a test; `where` is its place in the file. Throws `RuleTestMistake`. */
export function planRounds(test: RuleTest, where: string, startMs: number): Rounds {
	const sources = Object.entries(test.nodes ?? {}).map(([name, node]): Source => {
		const at = `${where}.nodes.${name}`;
		const expand = (key: 'series' | 'checks') =>
			Object.entries(node[key] ?? {}).map(([path, text]) => ({
				path,
				samples: expandSeries(text, `${at}.${key}["${path}"]`),
			}));
		const poll = expandSeries(node.poll ?? 'ok', `${at}.poll`);
		return { name, where: at, node, poll, series: expand('series'), checks: expand('checks') };
	});
	const connection = expandSeries(test.connection ?? 'up', `${where}.connection`);
	const ownState = expandSeries(test.ownState ?? 'kept', `${where}.ownState`);
	const groups = Object.entries(test.groups ?? {}).map(([name, group]) => {
		const at = `${where}.groups["${name}"]`;
		return { name, where: at, group, states: expandSeries(group.state, `${at}.state`) };
	});
	const since = new Map<string, { readonly state: string; readonly atMs: number }>();

	return (slot, atMs, nowMs) => {
		const watched = sources.filter(({ node: { from, until } }) => {
			return atMs >= readSpan(from ?? '0s') && (until === undefined || atMs < readSpan(until));
		});
		return {
			nowMs,
			nodes: watched.map((source) => pollNode(source, slot, atMs, startMs)),
			groups:
				test.groups &&
				groups.map(({ name, where: at, group, states }) => {
					const state = oneOf(groupStates, sampleAt(states, slot), `${at}.state`);
					const before = since.get(name);
					if (before?.state !== state) since.set(name, { state, atMs: nowMs });
					return makeGroup(name, group, state, { sinceMs: since.get(name)?.atMs ?? nowMs, at });
				}),
			isConnected:
				oneOf(['up', 'lost'] as const, sampleAt(connection, slot), `${where}.connection`) === 'up',
			isStateKept:
				oneOf(['kept', 'lost'] as const, sampleAt(ownState, slot), `${where}.ownState`) === 'kept',
		};
	};
}

function pollNode(source: Source, slot: number, atMs: number, startMs: number): PolledNode {
	const { name, node, where } = source;
	const { kind = 'evm', url = `http://${name}.example:8545`, group, tags } = node;
	const outcomes = ['ok', 'none', ...pollErrorCodes] as const;
	const outcome = oneOf(outcomes, sampleAt(source.poll, slot), `${where}.poll`);
	const { probes, outlook, ...sections } = reportAt(source, slot, atMs, startMs);
	const polled = {
		name,
		kind,
		url,
		group,
		tags,
		...(isRecord(probes) && { probes: probesAt(source, slot, startMs + atMs, probes) }),
		...(isRecord(outlook) && { outlook: outlookAt(source, startMs + atMs, outlook) }),
		...(source.checks.length > 0 && { checks: checksAt(source, slot) }),
	};
	if (outcome === 'none') return polled;
	if (outcome !== 'ok') return { ...polled, poll: { code: outcome } };
	return { ...polled, poll: { reading: checked(readingSchema, sections, where) } };
}

/** The probe results, completed with the fields that every probe has. */
function probesAt(
	{ name, node, where }: Source,
	slot: number,
	nowMs: number,
	probes: Record<string, unknown>,
): Probes {
	const address = node.url ?? name;
	const usual = { at: new Date(nowMs).toISOString(), address, sent: slot + 1 };
	return checked(probesSchema, { ...usual, ...probes }, `${where}: probes`);
}

/** What the history says, completed with the fields that are always there. */
function outlookAt({ where }: Source, nowMs: number, outlook: Record<string, unknown>): Outlook {
	const none = { unusualTraffic: 0, unusualLatency: 0, unusualPeers: 0, unusualOther: 0 };
	const usual = { at: new Date(nowMs).toISOString(), unusual: [], ...none };
	return checked(outlookSchema, { ...usual, ...outlook }, `${where}: outlook`);
}

function checksAt({ checks, where }: Source, slot: number): PolledCheck[] {
	return checks.map(({ path, samples }) => {
		const at = `${where}.checks["${path}"]`;
		return { name: path, says: oneOf(checkWords, sampleAt(samples, slot), at), where: at };
	});
}

/** Everything that a node reports at one slot, by section. */
function reportAt(
	{ node, where, series }: Source,
	slot: number,
	atMs: number,
	startMs: number,
): Record<string, unknown> {
	let report: unknown = structuredClone(node.facts ?? {});
	for (const { at, set } of node.changes ?? []) {
		if (readSpan(at) <= atMs) report = merge(report, set);
	}
	const whole = isRecord(report) ? report : {};
	for (const { path, samples } of series) {
		const value = sampleAt(samples, slot);
		if (value !== undefined) setPath(whole, path.replace(/^poll\./, ''), value, where);
	}
	const resources = whole['resources'];
	if (isRecord(resources)) resources['source'] ??= 'node';
	return Object.fromEntries(
		Object.entries(whole).map(([name, section]) => [name, withTimes(section, startMs, name)]),
	);
}

function checked<Value>(schema: z.ZodType<Value>, value: unknown, where: string): Value {
	const result = schema.safeParse(value);
	if (result.success) return result.data;
	const [issue] = result.error.issues;
	throw new RuleTestMistake(where, `${issue?.path.join('.')}: ${issue?.message}`);
}

/** Sets a field by its path, such as `chain.head.number` or `network.messages[0].sent`. */
function setPath(root: Record<string, unknown>, path: string, value: Sample, where: string): void {
	const keys = path.split(/\.|(?=\[)/).map((key) => key.replace(/^\[(\d+)\]$/, '$1'));
	const last = keys.pop() ?? '';
	const nowhere = (): Error => new RuleTestMistake(where, `series["${path}"] leads nowhere`);
	if ([...keys, last].some((key) => forbiddenKeys.has(key))) throw nowhere();
	let place: object = root;
	for (const [index, key] of keys.entries()) {
		const next = keys[index + 1] ?? last;
		if (!Object.hasOwn(place, key)) Reflect.set(place, key, /^\d+$/.test(next) ? [] : {});
		const child: unknown = Reflect.get(place, key);
		if (typeof child !== 'object' || child === null) throw nowhere();
		place = child;
	}
	Reflect.set(place, last, value);
}

/** Names that lead to what all objects share, and the empty name. */
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', '']);

/** JSON Merge Patch, RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
	if (!isRecord(patch)) return structuredClone(patch);
	const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {};
	for (const [name, value] of Object.entries(patch)) {
		if (value === null) delete merged[name];
		else merged[name] = merge(merged[name], value);
	}
	return merged;
}

/** A number in a field that is a time means seconds since the beginning of the test. */
function withTimes(value: unknown, startMs: number, name = ''): unknown {
	if (Array.isArray(value)) return value.map((item) => withTimes(item, startMs));
	if (isRecord(value)) {
		return Object.fromEntries(
			Object.entries(value).map(([key, each]) => [key, withTimes(each, startMs, key)]),
		);
	}
	const isTime = typeof value === 'number' && /^at$|At$/.test(name);
	return isTime ? new Date(startMs + value * 1000).toISOString() : value;
}

function makeGroup(
	name: string,
	{ nodes, facts = {} }: TestedGroup,
	state: GroupState,
	{ sinceMs, at }: { readonly sinceMs: number; readonly at: string },
): Group {
	const position = state === 'stalled' ? 'stalled' : 'level';
	const group = {
		name,
		kind: name.split(':')[0],
		nodes,
		state,
		since: new Date(sinceMs).toISOString(),
		message: `they are ${state}`,
		members: nodes.map((node) => ({ node, position })),
		...facts,
	};
	return checked(groupSchema, group, at);
}

function oneOf<Word extends string>(words: readonly Word[], sample: Sample, where: string): Word {
	const found = words.find((word) => word === sample);
	if (found !== undefined) return found;
	throw new RuleTestMistake(where, `"${String(sample)}" is not one of ${words.join(', ')}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
