import type * as z from 'zod';
import { clean } from '../../../domain/clean.ts';
import { PollError } from '../../../domain/errors.ts';
import type { Endpoint } from '../../../sections/poll/schema.ts';
import type { Integer } from '../../../domain/scalars.ts';
import type { Peer } from '../../../sections/network/schema.ts';
import type { Target } from '../../../domain/target.ts';
import type { PollContext, Source } from '../../adapter.ts';
import type { Dialect } from '../../dialect.ts';
import type { LineStore } from '../../line-memory.ts';
import { parseJson } from '../../http.ts';
import type { Reply } from '../../http.ts';
import { beginSecondary, statusOf } from '../../secondary.ts';
import type { Secondary } from '../../secondary.ts';
import { wantedBy } from '../detection.ts';
import { builtInMappings } from '../mappings.ts';
import { createLatencyReader } from '../mapped-values.ts';
import { createMetricsReader } from '../metrics-reader.ts';
import { createPages, metricsAddresses, scrape } from '../scrape.ts';
import type { Scrape } from '../scrape.ts';
import { createContactsReader } from './contacts.ts';
import { compose } from './reading.ts';
import {
	membersSchema,
	readMembers,
	readStatus,
	statusSchema,
	toHexId,
	versionSchema,
} from './wire.ts';
import type { EtcdMembers } from './wire.ts';

const membersEveryMs = 30_000;

const mappings = [{ name: 'etcd', mapping: builtInMappings.etcd }];
const wants = wantedBy(mappings);
/** Members of a cluster have the same metrics. */
const lines: LineStore = new Map();

/**
 * etcd 3.4 and later: `POST /v3/maintenance/status`, which the asked member answers by itself, the
 * list of members, and its metrics. Never `GET /health`: in 3.4 that goes through raft, so that
 * asking moves what is watched.
 */
export const etcd: Dialect = {
	name: 'etcd',
	async probe(target, { http, signal }) {
		const reply = await http.request({ url: below(target, '/version'), signal });
		const version = versionSchema.safeParse(parseJson(reply));
		if (!version.success) return undefined;
		return { found: `etcd ${clean(version.data.etcdserver, 40)}`, confidence: 'certain' };
	},
	open: createEtcdSource,
};

interface Held {
	appliedBefore: Integer | undefined;
	members: EtcdMembers | undefined;
	membersAtMs: number;
}

function createEtcdSource(target: Target): Source {
	const readMetrics = createMetricsReader(mappings);
	const scrapeMetrics = createScraper(target);
	const readLatency = createPeerLatencies();
	const readContacts = createContactsReader();
	const held: Held = { appliedBefore: undefined, members: undefined, membersAtMs: -Infinity };

	return {
		async poll(context) {
			const isDue = context.now() - held.membersAtMs >= membersEveryMs;
			const { main, metrics, members } = await askAll(target, context, {
				scrapeMetrics,
				areMembersDue: isDue,
			});
			const status = readStatus(main.value);
			if (members?.value) {
				held.members = readMembers(members.value.value, status.memberId);
				held.membersAtMs = members.value.receivedAtMs;
			}
			const scraped = metrics.value;
			const contacts = scraped && readContacts(scraped.exposition);
			const peers = held.members?.others
				?.filter(({ id }) => contacts?.get(toHexId(id)) !== false)
				.map((peer) => ({ ...peer, ...(scraped && readLatency(peer, scraped)) }));
			const reading = compose({
				status,
				reply: main.reply,
				metrics: scraped && readMetrics(scraped.exposition, scraped.receivedAtMs),
				members: held.members,
				peers,
				appliedBefore: held.appliedBefore,
				receivedAtMs: main.receivedAtMs,
			});
			held.appliedBefore = status.applied;
			const endpoints = [
				{ name: 'status', status: 'ok' as const, latencyMs: main.reply.latencyMs },
				metrics.endpoint,
				...(members ? [members.endpoint] : []),
			];
			return { latencyMs: main.reply.latencyMs, endpoints, ...reading };
		},
		close: () => undefined,
	};
}

interface Asking {
	readonly scrapeMetrics: ReturnType<typeof createScraper>;
	readonly areMembersDue: boolean;
}

async function askAll(
	target: Target,
	context: PollContext,
	{ scrapeMetrics, areMembersDue }: Asking,
) {
	const secondary = beginSecondary(context, target.timeoutMs);
	const beside = { ...context, signal: secondary.signal };
	try {
		const [main, metrics, members] = await Promise.all([
			post(target, '/v3/maintenance/status', statusSchema, context),
			attempt('metrics', scrapeMetrics(beside), secondary),
			areMembersDue
				? attempt(
						'members',
						post(target, '/v3/cluster/member/list', membersSchema, beside),
						secondary,
					)
				: undefined,
		]);
		return { main, metrics, members };
	} finally {
		secondary.end();
	}
}

/** The median of the last minute's round trips to one peer. */
function createPeerLatencies() {
	const readers = new Map<string, ReturnType<typeof createLatencyReader>>();
	return (peer: Peer, { exposition, receivedAtMs }: Scrape): Pick<Peer, 'latencyMs'> => {
		let read = readers.get(peer.id);
		if (!read) {
			const { metrics } = builtInMappings.etcd.peerLatency;
			read = createLatencyReader({ metrics: [...metrics], match: { To: toHexId(peer.id) } });
			readers.set(peer.id, read);
		}
		const latencyMs = read(exposition, receivedAtMs)?.p50;
		return latencyMs === undefined ? {} : { latencyMs };
	};
}

function createScraper(target: Target): (context: PollContext) => Promise<Scrape> {
	const pages = createPages(lines);
	return async (context) => {
		const own = target.metricsUrl === undefined ? [] : metricsAddresses(target, ['/metrics']);
		return scrape(own[0] ?? below(target, '/metrics'), { ...context, wants, pages });
	};
}

interface Answered<Value> {
	readonly value: Value;
	readonly reply: Reply;
	/** When the reply was complete, Unix ms. */
	readonly receivedAtMs: number;
}

/** A question to the gateway: a POST, although it only reads. */
async function post<Value>(
	target: Target,
	path: string,
	schema: z.ZodType<Value>,
	{ http, signal, now }: PollContext,
): Promise<Answered<Value>> {
	const reply = await http.request({ url: below(target, path), signal, json: {} });
	const receivedAtMs = now();
	const parsed = schema.safeParse(parseJson(reply));
	if (parsed.success) return { value: parsed.data, reply, receivedAtMs };
	throw new PollError('badResponse', `the answer to ${path} has another shape`, {
		nextStep: 'nodetop reads etcd 3.4 and later: `nodetop add URL` finds out what answers there',
		cause: parsed.error,
	});
}

interface Attempted<Value> {
	readonly endpoint: Endpoint;
	readonly value?: Value;
}

/** For what is asked beside the main question: its failure makes the node poorer, not dead. */
async function attempt<Value extends Answered<unknown> | Scrape>(
	name: string,
	asking: Promise<Value>,
	secondary: Secondary,
): Promise<Attempted<Value>> {
	try {
		const value = await asking;
		return { endpoint: { name, status: 'ok', latencyMs: value.reply.latencyMs }, value };
	} catch (error) {
		if (!(error instanceof PollError)) throw error;
		return { endpoint: secondary.endpoint(name, error, statusOf(error)) };
	}
}

/** A path below the target's address, which may be given with the path of the metrics. */
function below(target: Target, path: string): string {
	const url = URL.parse(target.url);
	if (!url) {
		throw new PollError('unsupported', 'the address is no URL', {
			nextStep: 'write it as http://HOST:2379',
		});
	}
	url.pathname = url.pathname.replace(/\/(?:metrics\/?)?$/, '') + path;
	return url.href;
}
