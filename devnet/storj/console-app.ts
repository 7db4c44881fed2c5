import type { Context, Hono } from 'hono';
import type { NodeSlot } from '../node-process.ts';
import { createNodeApp } from '../node-server.ts';
import type { Host } from '../part.ts';
import { estimateOf, paystubOf, sumOf } from './payouts.ts';
import type { SatelliteRecord } from './satellite.ts';
import { priceModel } from './settings.ts';
import type { StorageNode } from './storage-node.ts';
import { storageDaily, sumDays } from './storage-days.ts';
import { isoDays, monthStart } from './usage.ts';

const page =
	'<!doctype html><html lang="en"><head><title>Node Operator Dashboard</title></head></html>';
const errorOf = (message: string) => ({ error: `consoleapi storagenode: ${message}` });
const mostMonths = 24;
const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());

/** The console of a node, read-only: every route of storagenode/console that nodetop reads, and its page. */
export function createConsoleApp(
	slot: NodeSlot<StorageNode>,
	{ catchUp }: Pick<Host, 'catchUp'>,
): Hono {
	const app = createNodeApp(slot);
	const read = (path: string, answer: (node: StorageNode, context: Context) => unknown) => {
		app.get(path, (context) => {
			catchUp();
			const { node } = slot;
			if (!node) return context.text('the node is down', 503);
			const value = answer(node, context);
			if (value instanceof Refusal) return context.json(errorOf(value.message), value.status);
			return context.body(`${JSON.stringify(value)}\n`, 200, {
				'content-type': 'application/json',
			});
		});
	};
	read('/api/sno/', dashboardOf);
	read('/api/sno/satellites', satellitesOf);
	read('/api/sno/satellite/:id', (node, context) =>
		ofSatellite(node, context.req.param('id'), (satellite) => satelliteOf(node, satellite)),
	);
	read('/api/sno/satellites/:id/pricing', (node, context) =>
		ofSatellite(node, context.req.param('id'), ({ info }) => ({
			satelliteID: info.id,
			...priceModel,
		})),
	);
	read('/api/sno/estimated-payout', estimatedPayout);
	read('/api/notifications/list', notificationsOf);
	addPayoutRoutes(read);
	app.get('/api/sno', (context) => context.redirect('/api/sno/', 301));
	app.notFound((context) => context.html(page));
	return app;
}

class Refusal {
	readonly status: 400 | 404 | 500;
	readonly message: string;
	constructor(status: 400 | 404 | 500, message: string) {
		this.status = status;
		this.message = message;
	}
}

type Read = (path: string, answer: (node: StorageNode, context: Context) => unknown) => void;

function addPayoutRoutes(read: Read): void {
	read('/api/heldamount/paystubs/:from/:to', (node, context) =>
		paystubs(node, context, context.req.param('from'), context.req.param('to')),
	);
	read('/api/heldamount/paystubs/:month', (node, context) =>
		paystubs(node, context, context.req.param('month'), context.req.param('month')),
	);
	read('/api/heldamount/payout-history/:month', payoutHistory);
	read('/api/heldamount/held-history', (node) => listOrNull(node.satellites.map(heldOf)));
	read('/api/heldamount/periods', (node) => {
		const periods = node.satellites.flatMap((satellite) =>
			monthsOf(node).flatMap((startMs) => paystubOf(node, satellite, startMs)?.period ?? []),
		);
		return listOrNull([...new Set(periods)].toSorted());
	});
}

function dashboardOf(node: StorageNode) {
	const nowMs = node.nowMs();
	const { used, trash, free } = node.space();
	const moved = node.satellites.reduce(
		(sum, { info }) =>
			sum +
			isoDays(node.monthStartMs(), nowMs).reduce((total, day) => {
				const each = node.usage.dayAt(info, day, nowMs);
				return total + each.egress + each.repair + each.audit + each.ingress + each.ingressRepair;
			}, 0),
		0,
	);
	return {
		nodeID: node.identity.nodeId,
		wallet: node.identity.wallet,
		walletFeatures: null,
		satellites: node.satellites.map(({ info, disqualifiedAtMs, suspendedAtMs, vettedAtMs }) => ({
			id: info.id,
			url: info.url,
			disqualified: iso(disqualifiedAtMs),
			suspended: iso(suspendedAtMs),
			vettedAt: iso(vettedAtMs),
		})),
		diskSpace: {
			used,
			available: free,
			overused: Math.max(0, used - node.settings.allocatedBytes),
			allocated: node.settings.allocatedBytes,
			trash,
			reclaimable: 0,
		},
		bandwidth: { used: moved, available: 0 },
		lastPinged: iso(node.lastPingedMs) ?? '0001-01-01T00:00:00Z',
		version: node.version,
		allowedVersion: '1.150.1',
		upToDate: true,
		startedAt: iso(node.startedAtMs),
		configuredPort: '28967',
		quicStatus: 'OK',
		lastQuicPingedAt: iso(node.lastPingedMs),
	};
}

function scoresOf({ info, auditScore, suspensionScore, onlineScore, windows }: SatelliteRecord) {
	// A satellite that has audited nothing yet gives zeros.
	const isKnown = windows.length > 0;
	return {
		auditScore: isKnown ? auditScore : 0,
		suspensionScore: isKnown ? suspensionScore : 0,
		onlineScore: isKnown ? onlineScore : 0,
		satelliteName: info.url,
	};
}

function bandwidthDaily(node: StorageNode, satellites: readonly SatelliteRecord[]) {
	const nowMs = node.nowMs();
	return isoDays(node.monthStartMs(), nowMs).map((startMs) => {
		const days = satellites.map(({ info }) => node.usage.dayAt(info, startMs, nowMs));
		const sum = (read: (day: (typeof days)[number]) => number) =>
			days.reduce((total, day) => total + read(day), 0);
		return {
			egress: {
				repair: sum((day) => day.repair),
				audit: sum((day) => day.audit),
				usage: sum((day) => day.egress),
			},
			ingress: { repair: sum((day) => day.ingressRepair), usage: sum((day) => day.ingress) },
			delete: 0,
			intervalStart: new Date(startMs).toISOString(),
		};
	});
}

function summaries(bandwidth: ReturnType<typeof bandwidthDaily>) {
	const egress = bandwidth.reduce(
		(sum, day) => sum + day.egress.repair + day.egress.audit + day.egress.usage,
		0,
	);
	const ingress = bandwidth.reduce((sum, day) => sum + day.ingress.repair + day.ingress.usage, 0);
	return { bandwidthSummary: egress + ingress, egressSummary: egress, ingressSummary: ingress };
}

/** What is stored and moved in the month, of one satellite or of all. */
function monthOf(days: ReturnType<typeof sumDays>, bandwidth: ReturnType<typeof bandwidthDaily>) {
	return {
		storageDaily: listOrNull(days),
		bandwidthDaily: listOrNull(bandwidth),
		storageSummary: days.reduce((sum, day) => sum + day.atRestTotal, 0),
		averageUsageBytes:
			days.reduce((sum, day) => sum + day.atRestTotalBytes, 0) / Math.max(1, days.length),
		...summaries(bandwidth),
	};
}

function satellitesOf(node: StorageNode) {
	const days = sumDays(node.satellites.map(({ info }) => storageDaily(node, info)));
	return {
		...monthOf(days, bandwidthDaily(node, node.satellites)),
		earliestJoinedAt: iso(Math.min(...node.satellites.map(({ joinedAtMs }) => joinedAtMs))),
		audits: listOrNull(node.satellites.map(scoresOf)),
	};
}

function satelliteOf(node: StorageNode, satellite: SatelliteRecord) {
	const { info, windows, joinedAtMs, vettedAtMs, onlineScore } = satellite;
	const days = storageDaily(node, info);
	return {
		id: info.id,
		...monthOf(days, bandwidthDaily(node, [satellite])),
		audits: scoresOf(satellite),
		auditHistory: {
			score: onlineScore,
			windows: listOrNull(
				windows.map(({ startMs, total, online }) => ({
					windowStart: new Date(startMs).toISOString(),
					totalCount: total,
					onlineCount: online,
				})),
			),
		},
		priceModel,
		nodeJoinedAt: iso(joinedAtMs),
		vettedAt: iso(vettedAtMs),
	};
}

function ofSatellite(
	node: StorageNode,
	id: string | undefined,
	answer: (satellite: SatelliteRecord) => unknown,
): unknown {
	const satellite = node.satellites.find(({ info }) => info.id === id);
	return satellite ? answer(satellite) : new Refusal(404, 'satellite is untrusted');
}

function estimatedPayout(node: StorageNode, context: Context): unknown {
	const id = context.req.query('id');
	if (id === undefined || id === '') {
		const current = node.satellites.filter(
			({ disqualifiedAtMs }) => disqualifiedAtMs === undefined,
		);
		return sumOf(current.map((satellite) => estimateOf(node, satellite)));
	}
	return ofSatellite(node, id, (satellite) =>
		satellite.disqualifiedAtMs === undefined
			? estimateOf(node, satellite)
			: new Refusal(500, 'estimation: node was disqualified on satellite'),
	);
}

function notificationsOf(node: StorageNode, context: Context): unknown {
	const limit = Number(context.req.query('limit'));
	const number = Number(context.req.query('page'));
	if (!(limit > 0) || !(number > 0)) return new Refusal(400, 'limit and page are required');
	const all = node.notices.list();
	const from = (number - 1) * limit;
	return {
		page: {
			notifications: listOrNull(all.slice(from, from + limit)),
			offset: from,
			limit,
			currentPage: number,
			pageCount: Math.ceil(all.length / limit),
		},
		unreadCount: all.length,
		totalCount: all.length,
	};
}

/** The months that are over, the oldest first. */
function monthsOf(node: StorageNode): number[] {
	return Array.from({ length: mostMonths }, (_, back) =>
		monthStart(node.nowMs(), back - mostMonths),
	);
}

function paystubs(node: StorageNode, context: Context, from = '', to = ''): unknown {
	const [fromMs, toMs] = [Date.parse(`${from}-01T00:00:00Z`), Date.parse(`${to}-01T00:00:00Z`)];
	if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return new Refusal(400, 'wrong period format');
	const id = context.req.query('id');
	const stubs = monthsOf(node)
		.filter((startMs) => startMs >= fromMs && startMs <= toMs)
		.flatMap((startMs) =>
			node.satellites
				.filter(({ info }) => id === undefined || info.id === id)
				.flatMap((satellite) => paystubOf(node, satellite, startMs) ?? []),
		);
	return listOrNull(stubs);
}

function payoutHistory(node: StorageNode, context: Context): unknown {
	const startMs = Date.parse(`${context.req.param('month') ?? ''}-01T00:00:00Z`);
	if (Number.isNaN(startMs)) return new Refusal(400, 'wrong period format');
	return listOrNull(
		node.satellites.flatMap((satellite) => {
			const stub = paystubOf(node, satellite, startMs);
			if (!stub) return [];
			const { held, owed, paid, distributed, disposed } = stub;
			return [
				{
					satelliteID: satellite.info.id,
					satelliteURL: satellite.info.url,
					age: Math.floor((node.nowMs() - satellite.joinedAtMs) / (30 * 86_400_000)),
					earned: owed + held,
					surge: owed + held,
					surgePercent: 0,
					held,
					heldPercent: owed + held === 0 ? 0 : (100 * held) / (owed + held),
					afterHeld: owed,
					disposed,
					paid,
					receipt: '',
					isExitComplete: false,
					distributed,
				},
			];
		}),
	);
}

function heldOf({ info, joinedAtMs }: SatelliteRecord) {
	return {
		satelliteID: info.id,
		satelliteName: info.url,
		holdForFirstPeriod: 0,
		holdForSecondPeriod: 0,
		holdForThirdPeriod: 0,
		totalHeld: 0,
		totalDisposed: 0,
		joinedAt: iso(joinedAtMs),
	};
}

/** Go writes an empty list as null. */
function listOrNull<Item>(items: readonly Item[]): readonly Item[] | null {
	return items.length === 0 ? null : items;
}
