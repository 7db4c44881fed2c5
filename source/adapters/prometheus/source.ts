import { defined } from '../../domain/defined.ts';
import type { Target } from '../../domain/target.ts';
import { takeTurns } from '../../domain/turns.ts';
import type { Member, Reading } from '../../sections/snapshot.ts';
import type { Source } from '../adapter.ts';
import { figuresOf } from '../figures-age.ts';
import { mappingsInForce } from '../bft/detection.ts';
import type { NamedMapping } from '../bft/detection.ts';
import { createFiringAlerts, firingAlerts } from './alerts.ts';
import type { FiringAlerts } from './alerts.ts';
import { createAsked } from './asked.ts';
import { createExemplars } from './exemplars.ts';
import { keysOf } from './keys.ts';
import type { Keys } from './keys.ts';
import type { PastReading } from './past.ts';
import type { Answer } from './query.ts';
import { neverUp, notNamed } from './target.ts';
import type { Scraped, ScrapedTarget } from './target.ts';
import { Values } from './values.ts';

/** As many nodes as a moment holds. */
const mostMembers = 10_000;

/**
 * The fleet of a Prometheus. A poll asks for the state of all targets at one time of the server, and for
 * their values if any target was scraped since: four queries, one more each minute for the names of metrics or
 * for exemplars of errors, and one to five for the values, however many targets there are. The first poll of a
 * fleet that is not too large asks for the last minutes to the last hour too.
 */
export function createPrometheusSource(target: Target): Source {
	const mappings: readonly NamedMapping[] = mappingsInForce(target.mappings);
	const values = new Values(mappings, target.intervalMs);
	const { known } = values;
	const exemplars = createExemplars();
	const withExemplars = (member: Member, place: Scraped): Member =>
		withNotes(member, exemplars.notesOn(place));

	return {
		async poll(context): Promise<Reading> {
			const asked = createAsked(target, context);
			const atSeconds = await asked.time();
			const up = await asked.query('up', 'up', atSeconds);
			const keys = keysOf(up.series);
			const times = await asked.query('timestamp(up)', 'timestamp(up)', atSeconds);
			const scraped = toScraped(keys, up, times);
			const past = await values.read(asked, { scraped, keys, atSeconds });
			if (!values.hasAskedNames) await exemplars.read(asked, atSeconds);
			const { series } = await asked.query('ALERTS', firingAlerts, atSeconds);
			const alerts = createFiringAlerts(series);
			const nowMs = context.now();
			const members = await membersOf(scraped, values, (member, key, place) => {
				const told = withExemplars(withPast(member, past.get(key)), place);
				return alerts.withAlerts(withAge(told, place, { atSeconds, nowMs }), place);
			});
			return {
				...defined({ latencyMs: asked.latencyMs() }),
				endpoints: asked.endpoints(),
				identity: { client: 'Prometheus API' },
				...siteReport(alerts, members.length, scraped.size),
				...notesOn(scraped, values, members.length),
				members: members.slice(0, mostMembers),
			};
		},
		close: () => {
			known.clear();
		},
	};
}

function toScraped(keys: Keys, up: Answer, timestamps: Answer): ReadonlyMap<string, Scraped> {
	const times = new Map(timestamps.series.map((each) => [keys.of(each), each.value]));
	return new Map(
		up.series.flatMap((each): [string, Scraped][] => {
			const key = keys.of(each);
			const apart = keys.apart(each);
			const atMs = Math.round((times.get(key) ?? Number.NaN) * 1000);
			const { job = '', instance = '' } = each.labels;
			return Number.isFinite(atMs)
				? [[key, { job, instance, apart, isUp: each.value === 1, atMs }]]
				: [];
		}),
	);
}

/** Each name once: two jobs may scrape one address, and two nodetops watch one node. */
async function membersOf(
	scraped: ReadonlyMap<string, Scraped>,
	{ known, missing }: Pick<Values, 'known' | 'missing'>,
	complete: (member: Member, key: string, place: Scraped) => Member,
): Promise<readonly Member[]> {
	const byName = new Map<string, Member>();
	const giveWay = takeTurns();
	const kinds = kindsOfJobs(scraped, known);
	for (const [key, place] of scraped) {
		await giveWay();
		for (const member of known.get(key)?.members(place) ?? neverSeen(place, kinds)) {
			const { name } = 'snapshot' in member ? member.snapshot.target : member.target;
			const isWorse = byName.has(name) && 'error' in member;
			if (!isWorse) byName.set(name, complete(member, key, place));
		}
	}
	for (const [key, place] of missing) {
		for (const member of known.get(key)?.members({ ...place, isUp: true }) ?? []) {
			const { name } = 'snapshot' in member ? member.snapshot.target : member.target;
			if (!byName.has(name)) byName.set(name, notNamed(member));
		}
	}
	return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, member]) => member);
}

/** What the node showed before the first poll. */
function withPast(
	member: Member,
	past: ReadonlyMap<string, readonly PastReading[]> | undefined,
): Member {
	if (!('reading' in member)) return member;
	const own = past?.get(member.target.name);
	return own === undefined ? member : { ...member, past: [...own] };
}

/** What was scraped long ago is of then; the server's own clock tells how long. */
function withAge(
	member: Member,
	{ atMs }: Scraped,
	{ atSeconds, nowMs }: { readonly atSeconds: number; readonly nowMs: number },
): Member {
	if (!('reading' in member)) return member;
	const age = figuresOf(nowMs - (atSeconds * 1000 - atMs), nowMs);
	return age.figuresAt === undefined
		? member
		: { ...member, reading: { ...member.reading, ...age } };
}

function withNotes(member: Member, notes: readonly string[]): Member {
	if (!('reading' in member) || notes.length === 0) return member;
	const all = [...(member.reading.notes ?? []), ...notes];
	return { ...member, reading: { ...member.reading, notes: all } };
}

/** What the targets of each job are: those of one job are alike. */
function kindsOfJobs(
	scraped: ReadonlyMap<string, Scraped>,
	known: ReadonlyMap<string, ScrapedTarget>,
): ReadonlyMap<string, string> {
	const kinds = new Map<string, string>();
	for (const [key, { job }] of scraped) {
		const kind = known.get(key)?.kind;
		if (kind !== undefined) kinds.set(job, kind);
	}
	return kinds;
}

/** A server scrapes much that is no node: a target that was never up is one where its job has nodes. */
function neverSeen(place: Scraped, kinds: ReadonlyMap<string, string>): readonly Member[] {
	const kind = place.isUp ? undefined : kinds.get(place.job);
	return kind === undefined ? [] : [neverUp(place, kind)];
}

function siteReport(
	alerts: FiringAlerts,
	members: number,
	targets: number,
): Pick<Reading, 'selfReport'> {
	const reasons = alerts.others();
	if (reasons.length > 0) return { selfReport: { status: 'degraded', reasons: [...reasons] } };
	if (members > 0) return { selfReport: { status: 'up', reasons: [] } };
	// A server that knows of no node is no sign that the nodes are well.
	const reason =
		targets === 0
			? 'it has no targets now: nothing was scraped for five minutes, or what it has is pushed and has no `up`'
			: 'none of its targets is a node that nodetop knows';
	return { selfReport: { status: 'unknown', reasons: [reason] } };
}

function notesOn(
	scraped: ReadonlyMap<string, Scraped>,
	values: Values,
	members: number,
): Pick<Reading, 'notes'> {
	const down = [...scraped.values()].filter(({ isUp }) => !isUp).length;
	const silent = [...scraped].filter(([key, place]) => {
		return place.isUp && (values.known.get(key)?.members(place) ?? []).length === 0;
	}).length;
	const notes = [
		...(down === 0 ? [] : [`${down} of its ${scraped.size} targets cannot be scraped`]),
		...(silent === 0
			? []
			: [`${silent} of its ${scraped.size} targets have no metrics of a node that nodetop knows`]),
		...values.notes(),
		...(members <= mostMembers ? [] : [`only ${mostMembers} of its ${members} nodes are shown`]),
	];
	return notes.length === 0 ? {} : { notes };
}
