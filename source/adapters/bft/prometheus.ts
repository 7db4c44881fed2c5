import type { MetricMappings } from '../../domain/metric-mapping.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { Target } from '../../domain/target.ts';
import type { ProbeMatch, Source } from '../adapter.ts';
import type { LineStore } from '../line-memory.ts';
import { clockFrom } from '../clock.ts';
import type { Dialect } from '../dialect.ts';
import { figuresOf } from '../figures-age.ts';
import { createInquiry } from '../inquiry.ts';
import { mappingsInForce, wantedBy } from './detection.ts';
import type { NamedMapping } from './detection.ts';
import { defined } from '../../domain/defined.ts';
import { askConsensusStatus, withConsensusStatus } from './hotstuff/consensus-status.ts';
import { createMetricsReader } from './metrics-reader.ts';
import type { MetricsReading } from './metrics-reader.ts';
import { createTargetReader } from './target-reader.ts';
import { createPages, metricsAddresses, scrapeFirst } from './scrape.ts';
import { metricsStranger } from '../stranger.ts';

const usualPath = '/metrics';

/** Any exposition: by the first mapping that fits, else for what the process says of itself. */
export const prometheus: Dialect = {
	name: 'prometheus',
	async probe(target, context) {
		const { paths, mappings, wants, lines } = vocabularyOf(target.mappings);
		const addresses = metricsAddresses(target, paths);
		const { exposition, receivedAtMs } = await scrapeFirst(addresses, {
			...context,
			wants,
			pages: createPages(lines),
		});
		return describe(createMetricsReader(mappings)(exposition, receivedAtMs));
	},
	open: createPrometheusSource,
};

/** What is looked for in the pages of all nodes that are read by the same mappings. */
interface Vocabulary {
	readonly mappings: readonly NamedMapping[];
	readonly paths: readonly string[];
	readonly wants: (name: string) => boolean;
	/** The lines that their pages have in common. */
	readonly lines: LineStore;
}

const noMappings: MetricMappings = {};
const vocabularies = new WeakMap<MetricMappings, Vocabulary>();

function vocabularyOf(own: MetricMappings = noMappings): Vocabulary {
	const known = vocabularies.get(own);
	if (known) return known;
	const mappings = mappingsInForce(own);
	const paths = [usualPath, ...mappings.flatMap(({ mapping }) => mapping.paths ?? [])];
	const made = { mappings, paths, wants: wantedBy(mappings), lines: new Map() };
	vocabularies.set(own, made);
	return made;
}

function createPrometheusSource(target: Target): Source {
	const { paths, mappings, wants, lines } = vocabularyOf(target.mappings);
	const pages = createPages(lines);
	let read: ReturnType<typeof createTargetReader> | undefined;
	let found: string | undefined;
	const inquiry = createInquiry();

	return {
		poll: (context) =>
			inquiry.poll(context, target.timeoutMs, async (round) => {
				read ??= createTargetReader(mappings, target.intervalMs, target.mine);
				const addresses = found === undefined ? metricsAddresses(target, paths) : [found];
				const { reply, exposition, url, receivedAtMs, figuresAtMs } = await scrapeFirst(addresses, {
					...context,
					wants,
					pages,
				});
				found = url;
				const { latencyMs } = reply;
				const { metrics, reading: told } = read(exposition, receivedAtMs);
				const { mapping, isHost } = metrics;
				const isUnknown = (mapping === undefined && !isHost) || metrics.isWithoutNumbers;
				const reading = {
					latencyMs,
					...defined({ clock: clockFrom(reply, receivedAtMs) }),
					...figuresOf(figuresAtMs, receivedAtMs),
					...told,
					...(isUnknown && { unrecognised: describeUnknown(metrics, reply.body) }),
				};
				// What no metric can hold, such as hashes, comes beside them.
				if (mapping?.name !== 'hotstuff2') return reading;
				const status = await askConsensusStatus(round, url, context.http);
				const endpoints = [
					{ name: 'metrics', status: 'ok' as const, latencyMs },
					...round.endpoints(),
				];
				return { ...(status ? withConsensusStatus(reading, status) : reading), endpoints };
			}),
		close: () => undefined,
	};
}

/** What a page is that no mapping fits, and what to do about it. */
function describeUnknown(
	{ mapping, sections: { identity = {} } }: MetricsReading,
	body: string,
): NonNullable<Reading['unrecognised']> {
	if (mapping) {
		return {
			seems: `the metrics of ${mapping.mapping.title ?? mapping.name}, without a number in them`,
			nextStep:
				'look at the page: a node that has just started, or whose consensus does not run, gives NaN',
		};
	}
	const stranger = metricsStranger(body);
	if (stranger) return stranger;
	if (!/^[^#\s]/m.test(body)) {
		return {
			seems:
				body.trim() === '' ? 'an empty page of metrics' : 'a page of metrics with comments only',
			nextStep: 'see whether the node has just started; check the path of the metrics',
		};
	}
	const { client } = identity;
	return {
		seems: `metrics${client === undefined ? '' : ` of ${client}`} that fit no known consensus`,
		nextStep:
			'describe them under mappings in the configuration, or give another address of the node',
	};
}

/** Nodes that have a kind of their own, whose API tells more than their metrics. */
const ofOtherKinds: ReadonlySet<string> = new Set(['qudag']);

function describe({ mapping, sections: { identity = {} } }: MetricsReading): ProbeMatch {
	const { client, version } = identity;
	const program = [client, version].filter((part) => part !== undefined).join(' ');
	if (mapping) {
		const title = mapping.mapping.title ?? mapping.name;
		const known = version === undefined ? title : `${title} ${version}`;
		const confidence = ofOtherKinds.has(mapping.name) ? 'likely' : 'certain';
		return { found: `${known}, by its metrics`, confidence };
	}
	const of = program === '' ? '' : ` of ${program}`;
	return { found: `Prometheus text${of}, without metrics of consensus`, confidence: 'likely' };
}
