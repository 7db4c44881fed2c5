import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parsePrometheusText } from '../../../source/adapters/prometheus-text.ts';
import { answerMetrics, prometheusContentType } from '../../../source/export/metrics/answer.ts';
import { familiesOf, requirePrefix } from '../../../source/export/metrics/families.ts';
import { toOpenMetrics, toPrometheusText } from '../../../source/export/metrics/prometheus-text.ts';
import {
	fieldMetrics,
	fromMetricValue,
	toMetricValue,
} from '../../../source/sections/field-metrics.ts';
import type { FieldMetric } from '../../../source/sections/field-metrics.ts';
import type { NodeSnapshot, SnapshotDocument } from '../../../source/sections/snapshot.ts';
import { hasPromtool, promtool } from '../../helpers/promtool.ts';
import {
	documentOf,
	downNode,
	evmNode,
	hostileDocuments,
	partialNode,
	qudagNode,
} from '../nodes.ts';

const canLint = hasPromtool('the check of metrics');

function valueOf(document: SnapshotDocument, name: string, labels: Record<string, string> = {}) {
	const family = familiesOf(document, { withPeers: true }).find((each) => each.name === name);
	return family?.samples.find((sample) =>
		Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
	)?.value;
}

/** A node with exactly this field. */
function nodeWith(section: string, path: string, value: unknown): NodeSnapshot {
	const [name = '', inner] = path.split('.');
	const before = evmNode({ chain: {}, identity: {} });
	const field = inner === undefined ? value : { [inner]: value };
	const own = { ...Reflect.get(before, section), [name]: field };
	return { ...before, [section]: own }; // The fields table is the test's only knowledge of shapes.
}

/** A value that a field of this unit may have, and the same in the base unit of its metric. */
function exampleOf({ unit, factor }: FieldMetric): {
	value: string | number | boolean;
	base: number;
} {
	if (unit === 'flag') return { value: true, base: 1 };
	if (unit === 'age' || unit === 'time') {
		return { value: '2026-01-02T03:04:00.250Z', base: 1_767_323_040.25 };
	}
	return { value: 12.5, base: unit === 'ms' ? 0.0125 : 12.5 * factor };
}

describe('every field with a metric', () => {
	it.each(fieldMetrics.filter(({ words }) => !words))('$name', (metric) => {
		const { section, path, name } = metric;
		const { value, base } = exampleOf(metric);
		const exported = valueOf(documentOf([nodeWith(section, path, value)]), name, { node: 'geth' });
		expect(exported).toBe(base);
		expect(fromMetricValue(metric, base)).toBe(value);
	});

	it.each(fieldMetrics.filter(({ words }) => words))(
		'$name has one series for each word',
		({ section, path, name, words = [] }) => {
			const [, word = ''] = words;
			const document = documentOf([nodeWith(section, path, word)]);
			const states = familiesOf(document).find((each) => each.name === name)?.samples ?? [];
			expect(states.map(({ labels, value }) => [labels['state'], value])).toEqual(
				words.map((each) => [each, each === word ? 1 : 0]),
			);
		},
	);
});

test('whole numbers past 2^53 and what is no number keep no false digits', () => {
	const count = { unit: 'count', factor: 1 } as const;
	expect(toMetricValue(count, '36893488147419103232')).toBe(2 ** 65);
	expect(fromMetricValue(count, 2 ** 65)).toBe('36893488147419103232');
	expect(toMetricValue(count, 'x')).toBeUndefined();
	expect(fromMetricValue(count, Number.NaN)).toBeUndefined();
	expect(fromMetricValue({ unit: 'time', factor: 1 }, 1e300)).toBeUndefined();
});

describe('families', () => {
	it('name the node, its kind and its group', () => {
		const document = documentOf([qudagNode({ target: { group: 'main' } })]);
		expect(
			valueOf(document, 'nodetop_network_peers', {
				node: 'validator',
				kind: 'qudag',
				group: 'main',
			}),
		).toBe(42);
		expect(valueOf(document, 'nodetop_node_info', { version: '0.1.0', client: 'qudag' })).toBe(1);
	});

	it('leave out what a node reported before its last poll failed', () => {
		const document = documentOf([downNode()]);
		expect(valueOf(document, 'nodetop_chain_head_number')).toBeUndefined();
		expect(valueOf(document, 'nodetop_node_height')).toBeUndefined();
		expect(valueOf(document, 'nodetop_identity_uptime_seconds')).toBeUndefined();
		expect(valueOf(document, 'nodetop_poll_consecutive_failures')).toBe(24);
		expect(valueOf(document, 'nodetop_health_status', { state: 'down' })).toBe(1);
		expect(valueOf(document, 'nodetop_health_issue', { code: 'nodeDown' })).toBe(1);
	});

	it('hold at most 64 peers, the same at each export, and none unless asked for', () => {
		const peers = Array.from({ length: 200 }, (_, index) => ({
			id: `peer-${String(index).padStart(3, '0')}`,
			latencyMs: index,
		}));
		const document = documentOf([evmNode({ network: { peerList: peers.toReversed() } })]);
		const name = 'nodetop_network_peer_latency_seconds';
		const families = familiesOf(document, { withPeers: true });
		const ids = families.find((each) => each.name === name)?.samples.map((s) => s.labels['peer']);
		expect(ids).toEqual(peers.slice(0, 64).map(({ id }) => id));
		expect(toPrometheusText(familiesOf(document))).not.toContain('peer-000');
	});

	it('write each series once, however often a node lists an entry', () => {
		const satellites = ['a', 'a', 'b'].map((satellite, index) => ({
			satellite,
			auditScore: index / 10,
		}));
		const document = documentOf([evmNode({ reputation: { satellites } })]);
		const family = familiesOf(document).find(
			({ name }) => name === 'nodetop_reputation_audit_score_ratio',
		);
		expect(family?.samples.map(({ value }) => value)).toEqual([0, 0.2]);
	});

	it('take another prefix, and refuse one that cannot begin a name', () => {
		const text = toPrometheusText(familiesOf(documentOf([evmNode()]), { prefix: 'mynet' }));
		expect(text).toContain('\nmynet_chain_head_number{node="geth",kind="evm"} 1234567\n');
		expect(text).not.toContain('nodetop_');
		expect(() => requirePrefix('9x')).toThrow('"9x" cannot begin the name of a metric');
		expect(() => requirePrefix('a-b')).toThrow('cannot begin');
	});
});

const all = documentOf([
	qudagNode({
		network: {
			peers: 2,
			messages: [{ type: 'vote', sent: 3, received: 4, dropped: 0 }],
			peerList: [{ id: 'p1', latencyMs: 3, connectedSeconds: 4 }],
		},
	}),
	evmNode({
		reputation: {
			satellites: [{ satellite: 's', auditScore: 1, vettedAt: '2026-01-01T00:00:00Z' }],
		},
		consensus: { latenciesMs: { commit: { p50: 4, p99: 9 } }, viewChangeReasons: { late: 2 } },
	}),
	downNode(),
	partialNode(),
]);

describe('Prometheus text', () => {
	it.skipIf(!canLint)('of every metric passes promtool check metrics', () => {
		const everyField = fieldMetrics.map(({ section, path, words, unit }, index) => {
			const isTime = unit === 'age' || unit === 'time';
			const value = words?.[0] ?? (isTime ? '2026-01-02T03:04:05Z' : unit === 'flag' ? true : 1);
			const node = nodeWith(section, path, value);
			return { ...node, target: { ...node.target, name: `n${index}` } };
		});
		const document = { ...all, nodes: [...all.nodes, ...everyField] };
		const text = toPrometheusText(familiesOf(document, { withPeers: true }));
		for (const { name } of fieldMetrics) expect(text).toContain(`# TYPE ${name} `);
		expect(promtool(['check', 'metrics'], { input: text })).toEqual({ exitCode: 0, output: '' });
	});

	it.skipIf(!canLint)('is refused by promtool when a name breaks the rules', () => {
		const input = toPrometheusText(familiesOf(all)).replaceAll('latency_seconds', 'latency_ms');
		expect(promtool(['check', 'metrics'], { input }).exitCode).not.toBe(0);
	});

	it('is read back with the same values, whatever a node calls itself', () => {
		fc.assert(
			fc.property(hostileDocuments, (document) => {
				const families = familiesOf(document, { withPeers: true });
				const text = toPrometheusText(families);
				const lines = families.reduce((sum, { samples }) => sum + samples.length, 0);
				const { samples, skippedLines } = parsePrometheusText(text);
				expect(skippedLines).toBe(0);
				expect(samples).toHaveLength(lines);
				expect(samples.map(({ value }) => value)).toEqual(
					families.flatMap((family) => family.samples.map(({ value }) => value)),
				);
				// Nothing that a terminal or a browser obeys.
				expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
			}),
			{ numRuns: 60 },
		);
	});
});

describe('an answer to a scrape', () => {
	it('is OpenMetrics where the scraper asks for it, else Prometheus text', () => {
		const asked = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2';
		expect(answerMetrics(all, asked)).toEqual({
			contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
			body: toOpenMetrics(familiesOf(all)),
		});
		for (const accept of [undefined, '*/*', 'text/plain']) {
			expect(answerMetrics(all, accept)).toEqual({
				contentType: prometheusContentType,
				body: toPrometheusText(familiesOf(all)),
			});
		}
	});
});

describe('OpenMetrics', () => {
	const text = toOpenMetrics(familiesOf(all));

	it('names a counter and an info without their endings, states units and has an end', () => {
		expect(text).toContain('# TYPE nodetop_node info\n# HELP nodetop_node ');
		expect(text).toContain('\nnodetop_node_info{');
		expect(text).toContain('# TYPE nodetop_network_messages counter\n');
		expect(text).toContain('\nnodetop_network_messages_total{');
		expect(text).toContain('# UNIT nodetop_poll_latency_seconds seconds\n');
		expect(text.endsWith('# EOF\n')).toBe(true);
	});

	it('groups the series of a family, with its metadata first', () => {
		const families = text.split('# TYPE ').slice(1);
		const names = families.map((family) => family.split(' ', 1)[0]);
		expect(new Set(names).size).toBe(names.length);
		for (const [index, family] of families.entries()) {
			const series = family.split('\n').filter((line) => /^[a-z]/.test(line) && line.includes('{'));
			for (const line of series.slice(1)) expect(line.startsWith(names[index] ?? '-')).toBe(true);
		}
	});
});
