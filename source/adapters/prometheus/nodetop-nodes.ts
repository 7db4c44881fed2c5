import { clean, cleanText } from '../../domain/clean.ts';
import { definedOrNone } from '../../domain/defined.ts';
import type { Integer } from '../../domain/scalars.ts';
import { fieldMetrics, fromMetricValue, infoLabels } from '../../sections/field-metrics.ts';
import type { FieldMetric } from '../../sections/field-metrics.ts';
import type { Network } from '../../sections/network/schema.ts';
import { sections } from '../../sections/registry.ts';
import type { SectionName } from '../../sections/registry.ts';
import type { Member, Reading } from '../../sections/snapshot.ts';
import type { Series } from './query.ts';

const infoName = 'nodetop_node_info';
const messagesName = 'nodetop_network_messages_total';
const failedWord = 'failed';

/** Fields that a reading holds: what the other nodetop measured itself stays there. */
const readMetrics = fieldMetrics.filter(({ section }) => isRead(section));
const byName = new Map(readMetrics.map((metric) => [metric.name, metric]));

const pollNames = ['nodetop_poll_status', 'nodetop_poll_error', 'nodetop_poll_latency_seconds'];

/** The metrics of a nodetop that kind `prometheus` reads back. */
export const nodetopNames: readonly string[] = [
	infoName,
	messagesName,
	...pollNames,
	...byName.keys(),
];

function isRead(section: SectionName): boolean {
	// A clock was compared with that of the other machine.
	return sections[section].filledBy === 'node' && section !== 'clock';
}

/** One node that a scraped nodetop watches, from its metrics. */
export function readNodetopNode(name: string, series: readonly Series[]): Member {
	const [first] = series;
	const kind = /^[a-z]+$/.exec(first?.labels['kind'] ?? '')?.[0] ?? 'unknown';
	const group = cleanText(first?.labels['group'], 100);
	const target = {
		name: clean(name, 200),
		kind,
		url: `nodetop at ${clean(first?.labels['instance'] ?? '', 100)}`,
		...(group !== undefined && { group }),
	};
	if (wordOf(series, 'nodetop_poll_status') === failedWord) {
		const code = wordOf(series, 'nodetop_poll_error') ?? 'unreachable';
		return { target, error: { code: errorCode(code), message: 'nodetop cannot poll it' } };
	}
	return { target, reading: readingOf(series) };
}

type ErrorCode = Extract<Member, { error: unknown }>['error']['code'];
const errorWords: readonly string[] =
	fieldMetrics.find(({ name }) => name === 'nodetop_poll_error')?.words ?? [];

function errorCode(word: string): ErrorCode {
	// The words of that metric are the codes.
	return errorWords.includes(word) ? (word as ErrorCode) : 'internal';
}

/** The word of a set of states that is 1. */
function wordOf(series: readonly Series[], name: string): string | undefined {
	return series.find(({ labels, value }) => labels['__name__'] === name && value === 1)?.labels[
		'state'
	];
}

type Section = Record<string, unknown>;

function readingOf(series: readonly Series[]): Reading {
	const found = new Map<SectionName, Section>();
	const put = (section: SectionName, path: string, value: unknown): void => {
		const target = found.get(section) ?? {};
		found.set(section, target);
		const [name = '', inner] = path.split('.');
		if (inner === undefined) target[name] = value;
		else target[name] = { ...(target[name] as object | undefined), [inner]: value };
	};
	for (const { labels, value } of series) {
		const metric = byName.get(labels['__name__'] ?? '');
		if (metric) putField(metric, labels, value, put);
	}
	const info = series.find(({ labels }) => labels['__name__'] === infoName)?.labels ?? {};
	for (const { section, path, label } of infoLabels) {
		const text = cleanText(info[label], 200);
		if (text !== undefined && isRead(section)) put(section, path, text);
	}
	const messages = messagesOf(series);
	if (messages) put('network', 'messages', messages);
	return { ...latencyOf(series), ...validSections(found) };
}

function putField(
	metric: FieldMetric,
	labels: Series['labels'],
	value: number,
	put: (section: SectionName, path: string, value: unknown) => void,
): void {
	const { section, path, words } = metric;
	if (words) {
		const state = labels['state'] ?? '';
		if (value === 1 && words.includes(state)) put(section, path, state);
		return;
	}
	const read = fromMetricValue(metric, value);
	if (read !== undefined) put(section, path, read);
}

/** What each section needs beside its numbers. */
const needed: Readonly<Partial<Record<SectionName, Section>>> = {
	resources: { source: 'node' },
	selfReport: { reasons: [] },
};

/** A section that does not fit its schema, as of a newer nodetop, is left out. */
function validSections(found: ReadonlyMap<SectionName, Section>): Reading {
	const valid = [...found].flatMap(([name, values]) => {
		const parsed = sections[name].schema.safeParse({ ...needed[name], ...values });
		return parsed.success ? [[name, parsed.data] as const] : [];
	});
	// Each section passed the schema of its name.
	return Object.fromEntries(valid);
}

function latencyOf(series: readonly Series[]): Pick<Reading, 'latencyMs'> {
	const name = 'nodetop_poll_latency_seconds';
	const metric = fieldMetrics.find((each) => each.name === name);
	const found = series.find(({ labels }) => labels['__name__'] === name);
	const value = metric && found && fromMetricValue(metric, found.value);
	return typeof value === 'number' && value >= 0 ? { latencyMs: value } : {};
}

const outcomes = ['sent', 'received', 'dropped', 'failed'] as const;

function messagesOf(series: readonly Series[]): Network['messages'] {
	const byType = new Map<string, Partial<Record<(typeof outcomes)[number], Integer>>>();
	for (const { labels, value } of series) {
		if (labels['__name__'] !== messagesName || !Number.isSafeInteger(value) || value < 0) continue;
		const type = clean(labels['type'] ?? '', 60);
		const outcome = outcomes.find((each) => each === labels['outcome']);
		if (outcome) byType.set(type, { ...byType.get(type), [outcome]: value });
	}
	const messages = [...byType].map(([type, counts]) => ({ type, ...counts }));
	return definedOrNone({ messages: messages.length === 0 ? undefined : messages })?.messages;
}
