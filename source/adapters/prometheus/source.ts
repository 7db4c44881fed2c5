import { defined } from '../../domain/defined.ts';
import type { Target } from '../../domain/target.ts';
import type { Endpoint } from '../../sections/poll/schema.ts';
import type { Member, Reading } from '../../sections/snapshot.ts';
import type { PollContext, Source } from '../adapter.ts';
import { mappingsInForce } from '../bft/detection.ts';
import type { NamedMapping } from '../bft/detection.ts';
import { createFiringAlerts, firingAlerts } from './alerts.ts';
import type { FiringAlerts } from './alerts.ts';
import { expressionsFor, wantedNames } from './names.ts';
import { metricNames, query, serverTime } from './query.ts';
import type { Answer, QueryContext, Series } from './query.ts';
import { createScrapedTarget } from './target.ts';
import type { Scraped, ScrapedTarget } from './target.ts';

/** As many nodes as a moment holds. */
const mostMembers = 10_000;
const namesForMs = 60_000;

interface Names {
	readonly present: ReadonlySet<string>;
	readonly atMs: number;
}

/**
 * The fleet of a Prometheus. A poll asks for the state of all targets at one time of the server, and for
 * their values if any target was scraped since: four queries, one more for the names of metrics each minute,
 * and one to five for the values, however many targets there are.
 */
export function createPrometheusSource(target: Target): Source {
	const mappings: readonly NamedMapping[] = mappingsInForce(target.mappings);
	const known = new Map<string, ScrapedTarget>();
	let names: Names | undefined;

	async function readValues(
		asked: Asked,
		scraped: ReadonlyMap<string, Scraped>,
		atSeconds: number,
	): Promise<void> {
		const changed = [...scraped].filter(
			([key, { isUp, atMs }]) => isUp && known.get(key)?.readAtMs !== atMs,
		);
		if (changed.length === 0) return;
		if (names === undefined || asked.now() - names.atMs >= namesForMs) {
			names = { present: await asked.names(), atMs: asked.now() };
		}
		const wanted = wantedNames(names.present, mappings, scraped.size);
		const byTarget = new Map<string, Series[]>(changed.map(([key]) => [key, []]));
		for (const [index, expression] of expressionsFor(wanted, scraped.size).entries()) {
			const { series } = await asked.query(`values ${index + 1}`, expression, atSeconds);
			for (const each of series) byTarget.get(keyOf(each))?.push(each);
		}
		for (const [key, each] of changed) {
			const own = known.get(key) ?? createScrapedTarget(mappings, target.intervalMs);
			known.set(key, own);
			own.read(each, byTarget.get(key) ?? []);
		}
	}

	return {
		async poll(context): Promise<Reading> {
			const asked = createAsked(target, context);
			const atSeconds = await asked.time();
			const scraped = toScraped(
				await asked.query('up', 'up', atSeconds),
				await asked.query('timestamp(up)', 'timestamp(up)', atSeconds),
			);
			for (const key of known.keys()) if (!scraped.has(key)) known.delete(key);
			await readValues(asked, scraped, atSeconds);
			const { series } = await asked.query('ALERTS', firingAlerts, atSeconds);
			const alerts = createFiringAlerts(series);
			const members = membersOf(scraped, known, alerts);
			return {
				...defined({ latencyMs: asked.latencyMs() }),
				endpoints: asked.endpoints(),
				identity: { client: 'Prometheus API' },
				...siteReport(alerts, members.length),
				...notesOn(scraped, known, members.length),
				members: members.slice(0, mostMembers),
			};
		},
		close: () => {
			known.clear();
		},
	};
}

/** The requests of one poll. */
interface Asked {
	time(): Promise<number>;
	query(name: string, expression: string, atSeconds: number): Promise<Answer>;
	names(): Promise<ReadonlySet<string>>;
	now(): number;
	endpoints(): Endpoint[];
	/** Of the first query for all targets. */
	latencyMs(): number | undefined;
}

function createAsked({ url: base }: Target, { http, signal, now }: PollContext): Asked {
	const context: QueryContext = { http, signal, base };
	const endpoints: Endpoint[] = [];
	return {
		time: () => serverTime(context),
		async query(name, expression, atSeconds) {
			const answer = await query(context, expression, atSeconds);
			endpoints.push({ name, status: 'ok', latencyMs: answer.latencyMs });
			return answer;
		},
		names: () => metricNames(context),
		now,
		endpoints: () => endpoints,
		latencyMs: () => endpoints[0]?.latencyMs,
	};
}

function keyOf({ labels }: Series): string {
	return JSON.stringify([labels['job'] ?? '', labels['instance'] ?? '']);
}

function toScraped(up: Answer, timestamps: Answer): ReadonlyMap<string, Scraped> {
	const times = new Map(timestamps.series.map((each) => [keyOf(each), each.value]));
	return new Map(
		up.series.flatMap((each): [string, Scraped][] => {
			const key = keyOf(each);
			const atMs = Math.round((times.get(key) ?? Number.NaN) * 1000);
			const { job = '', instance = '' } = each.labels;
			return Number.isFinite(atMs) ? [[key, { job, instance, isUp: each.value === 1, atMs }]] : [];
		}),
	);
}

/** Each name once: two jobs may scrape one address, and two nodetops watch one node. */
function membersOf(
	scraped: ReadonlyMap<string, Scraped>,
	known: ReadonlyMap<string, ScrapedTarget>,
	alerts: FiringAlerts,
): readonly Member[] {
	const byName = new Map<string, Member>();
	for (const [key, place] of scraped) {
		for (const member of known.get(key)?.members(place) ?? []) {
			const { name } = 'snapshot' in member ? member.snapshot.target : member.target;
			const isWorse = byName.has(name) && 'error' in member;
			if (!isWorse) byName.set(name, alerts.withAlerts(member, place));
		}
	}
	return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member);
}

function siteReport(alerts: FiringAlerts, members: number): Pick<Reading, 'selfReport'> {
	const reasons = alerts.others();
	if (reasons.length > 0) return { selfReport: { status: 'degraded', reasons: [...reasons] } };
	return members === 0 ? {} : { selfReport: { status: 'up', reasons: [] } };
}

function notesOn(
	scraped: ReadonlyMap<string, Scraped>,
	known: ReadonlyMap<string, ScrapedTarget>,
	members: number,
): Pick<Reading, 'notes'> {
	const down = [...scraped.values()].filter(({ isUp }) => !isUp).length;
	const silent = [...scraped].filter(([key, place]) => {
		return place.isUp && (known.get(key)?.members(place) ?? []).length === 0;
	}).length;
	const notes = [
		...(down === 0 ? [] : [`${down} of its ${scraped.size} targets cannot be scraped`]),
		...(silent === 0
			? []
			: [`${silent} of its ${scraped.size} targets have no metrics of a node that nodetop knows`]),
		...(members <= mostMembers ? [] : [`only ${mostMembers} of its ${members} nodes are shown`]),
	];
	return notes.length === 0 ? {} : { notes };
}
