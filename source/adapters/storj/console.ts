import { PollError } from '../../domain/errors.ts';
import type { Target } from '../../domain/target.ts';
import type { Reading } from '../../sections/snapshot.ts';
import type { PollContext, Source } from '../adapter.ts';
import { createInquiry } from '../inquiry.ts';
import type { Round } from '../inquiry.ts';
import { parseJson } from '../http.ts';
import type { Http } from '../http.ts';
import { below, getJson, readAs } from '../rest-client.ts';
import type { Answered, RestQuestion } from '../rest-client.ts';
import type { WireMoney } from './earnings.ts';
import { readDashboard } from './reading.ts';
import { nameOf } from './satellite-name.ts';
import { createScoreTrends } from './score-trends.ts';
import {
	dashboardSchema,
	detailSchema,
	estimateSchema,
	notificationsSchema,
	payoutsSchema,
	paystubsSchema,
	periodsSchema,
	pricingSchema,
	satellitesSchema,
} from './wire.ts';
import type { WireDashboard, WireDetail } from './wire.ts';

/** The dashboard reads the disk; between two readings the console's page shows that the node answers. */
const dashboardMs = 30_000;
/** A score that fell is alerted on within a minute, the wait for others of its group included. */
const scoresMs = 20_000;
const payoutMs = 10 * 60_000;
const payoutHistoryMs = 3_600_000;
const detailMs = 10 * 60_000;
const periodsPath = 'api/heldamount/periods';
const notificationsPath = 'api/notifications/list?limit=20&page=1';
/** How many settled months are read. */
const pastMonths = 12;
/** Polls are never exactly on time. */
const slackMs = 500;
const dashboardPath = '/api/sno/';

/**
 * The API of a node's console. It has no authentication and answers from the node's databases, on a slow
 * disk after many seconds: one question is asked at a time, each as seldom as it changes, and a reply
 * that takes longer than a poll is taken up by a later one.
 */
export function createConsole(target: Target): Source {
	const inquiry = createInquiry();
	const trends = createScoreTrends();
	let dashboard: WireDashboard | undefined;

	async function readMain(round: Round, context: PollContext): Promise<number> {
		const pace = { everyMs: dashboardMs - slackMs, isPatient: true };
		const ask = (signal: AbortSignal) => askDashboard(target, { http: context.http, signal });
		if (!dashboard) {
			const told = await round.main(dashboardPath, ask, pace);
			dashboard = told.value;
			return told.latencyMs;
		}
		const { latencyMs } = await round.main('/', (signal) =>
			askPage(target, { ...context, signal }),
		);
		dashboard = (await round.also(dashboardPath, ask, pace)) ?? dashboard;
		return latencyMs;
	}

	async function read(round: Round, context: PollContext): Promise<Reading> {
		const latencyMs = await readMain(round, context);
		if (!dashboard) throw new Error('a dashboard was read, or its error thrown');
		const ask = asker(target, context, round);
		const satellites = await ask('api/sno/satellites', satellitesSchema, scoresMs - slackMs);
		const nowMs = context.now();
		const details = await readDetails(dashboard, ask);
		const money = { ...(await readMoney(dashboard, ask, nowMs)), details };
		const facts = {
			money,
			own: target.prices,
			judgement: {
				details: new Map([...details].map(([id, { detail }]) => [id, detail])),
				notifications: (await ask(notificationsPath, notificationsSchema, detailMs))?.page ?? [],
				trends,
				nowMs,
			},
		};
		return {
			latencyMs,
			endpoints: round.endpoints(),
			...readDashboard(dashboard, satellites, facts),
		};
	}

	return {
		async poll(context) {
			try {
				return await inquiry.poll(context, target.timeoutMs, (round) => read(round, context));
			} catch (error) {
				dashboard = undefined;
				throw error;
			}
		},
		close: inquiry.close,
	};
}

type Ask = ReturnType<typeof asker>;

/** Questions below the API, one after another. */
function asker(target: Target, { http }: PollContext, round: Round) {
	return <T>(
		path: string,
		schema: RestQuestion<T>['schema'],
		everyMs: number,
	): Promise<T | undefined> =>
		round.also(
			`/${path}`,
			(signal) => getApi({ base: target.url, path, schema }, { http, signal }),
			{ everyMs, isPatient: true },
		);
}

/** A satellite that disqualified the node answers with an error, and pays nothing. */
async function readMoney(
	{ satellites }: WireDashboard,
	ask: Ask,
	nowMs: number,
): Promise<Omit<WireMoney, 'details'>> {
	const total = await ask('api/sno/estimated-payout', estimateSchema, payoutMs);
	const bySatellite = [];
	for (const { id, url, disqualified } of satellites) {
		if (typeof disqualified === 'string') continue;
		const path = `api/sno/estimated-payout?id=${encodeURIComponent(id)}`;
		const estimate = await ask(path, estimateSchema, payoutMs);
		if (estimate) bySatellite.push({ satellite: nameOf(id, url), estimate });
	}
	const lastMonth = monthBefore(nowMs, 1);
	const paidFor = newestOf(await ask(periodsPath, periodsSchema, payoutHistoryMs), lastMonth);
	const path = `api/heldamount/payout-history/${paidFor}`;
	const payouts = (await ask(path, payoutsSchema, payoutHistoryMs)) ?? [];
	const stubs = `api/heldamount/paystubs/${monthBefore(nowMs, pastMonths)}/${lastMonth}`;
	const paystubs = (await ask(stubs, paystubsSchema, payoutHistoryMs)) ?? [];
	return { total, bySatellite, payouts, paidFor, paystubs };
}

/** Satellites account for a month days after its end; until then the month before is the newest that was paid. */
function newestOf(periods: readonly string[] | undefined, lastMonth: string): string {
	const settled = (periods ?? []).filter((period) => period <= lastMonth).toSorted();
	return settled.at(-1) ?? lastMonth;
}

/** What each satellite says by itself; a disqualified one too, for the reason stands there. */
async function readDetails({ satellites }: WireDashboard, ask: Ask) {
	const details = new Map<string, { readonly name: string; readonly detail: WireDetail }>();
	for (const { id, url } of satellites) {
		const place = encodeURIComponent(id);
		const detail = await ask(`api/sno/satellite/${place}`, detailSchema, detailMs);
		if (!detail) continue;
		const priceModel =
			detail.priceModel ??
			(await ask(`api/sno/satellites/${place}/pricing`, pricingSchema, detailMs));
		details.set(id, { name: nameOf(id, url), detail: { ...detail, priceModel } });
	}
	return details;
}

/** As `2025-09`: satellites count months in UTC. */
function monthBefore(nowMs: number, months: number): string {
	const now = new Date(nowMs);
	const start = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months);
	return new Date(start).toISOString().slice(0, 7);
}

export function askDashboard({ url }: Target, context: Pick<PollContext, 'http' | 'signal'>) {
	return getJson({ base: url, path: 'api/sno/', schema: dashboardSchema }, context);
}

/** A route that this version does not have is answered with the console's page, in HTML. */
async function getApi<T>(
	question: RestQuestion<T>,
	{ http, signal }: { readonly http: Http; readonly signal: AbortSignal },
): Promise<Answered<T>> {
	const { base, path, schema } = question;
	const reply = await http.request({ url: below(base, path), signal });
	if (reply.contentType.includes('text/html'))
		throw new PollError('unsupported', `this version of the node has no /${path}`);
	const { latencyMs, serverTimeMs } = reply;
	return { value: readAs(schema, parseJson(reply), `/${path}`), latencyMs, serverTimeMs };
}

/** The console's own page: a file, without a look at any database. Nodes without it answer 404. */
async function askPage(
	{ url }: Target,
	{ http, signal }: Pick<PollContext, 'http' | 'signal'>,
): Promise<Answered<undefined>> {
	const { latencyMs, serverTimeMs } = await http.request({
		url: below(url, ''),
		signal,
		acceptStatus: [404],
	});
	return { value: undefined, latencyMs, serverTimeMs };
}
