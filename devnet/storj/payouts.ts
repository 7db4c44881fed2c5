import { priceModel } from './settings.ts';
import type { SatelliteInfo } from './settings.ts';
import type { StorageNode } from './storage-node.ts';
import type { SatelliteRecord } from './satellite.ts';
import { dayMs, isoDays, monthStart } from './usage.ts';

/** As estimatedpayouts of storj/storj computes them: cents, rounded at each step. */
export interface MonthPayout {
	egressBandwidth: number;
	egressBandwidthPayout: number;
	egressRepairAudit: number;
	egressRepairAuditPayout: number;
	diskSpace: number;
	diskSpacePayout: number;
	heldRate: number;
	payout: number;
	held: number;
}

export interface Estimate {
	readonly currentMonth: MonthPayout;
	readonly previousMonth: MonthPayout;
	readonly currentMonthExpectations: number;
}

const terabyte = 1e12;
const hoursAMonth = 720;
const microCent = 10_000;
const rounded = (value: number) => Math.round(value * 100) / 100;
/** What Go makes of a division by no time. */
const noNumber = -(2 ** 63);

export function estimateOf(node: StorageNode, satellite: SatelliteRecord): Estimate {
	const nowMs = node.nowMs();
	const fromMs = node.monthStartMs();
	const currentMonth = payoutOf(node, satellite, fromMs, nowMs);
	const previousFromMs = monthStart(fromMs - 1);
	const previousMonth = payoutOf(node, satellite, previousFromMs, monthStart(previousFromMs, 1));
	const monthMs = monthStart(nowMs, 1) - monthStart(nowMs);
	const pace = currentMonth.payout / ((nowMs - fromMs) / 60_000);
	const expected = Math.trunc(pace * (monthMs / 60_000));
	return {
		currentMonth,
		previousMonth,
		currentMonthExpectations: Number.isFinite(expected) ? expected : noNumber,
	};
}

export function sumOf(estimates: readonly Estimate[]): Estimate {
	const sum = (read: (each: Estimate) => MonthPayout) =>
		estimates.map(read).reduce<MonthPayout>(addPayout, { ...nothing });
	return {
		currentMonth: sum((each) => each.currentMonth),
		previousMonth: sum((each) => each.previousMonth),
		currentMonthExpectations: estimates.reduce(
			(total, each) => Math.max(noNumber, total + each.currentMonthExpectations),
			0,
		),
	};
}

const nothing: MonthPayout = {
	egressBandwidth: 0,
	egressBandwidthPayout: 0,
	egressRepairAudit: 0,
	egressRepairAuditPayout: 0,
	diskSpace: 0,
	diskSpacePayout: 0,
	heldRate: 0,
	payout: 0,
	held: 0,
};

/** The held rate of a sum stays 0, as the node's own does. */
function addPayout(sum: MonthPayout, each: MonthPayout): MonthPayout {
	const total = { ...sum };
	for (const name of Object.keys(nothing) as (keyof MonthPayout)[])
		if (name !== 'heldRate') total[name] += each[name];
	return total;
}

function payoutOf(
	node: StorageNode,
	{ info, joinedAtMs }: SatelliteRecord,
	fromMs: number,
	toMs: number,
): MonthPayout {
	const { bytes, byteHours } = usageOf(node, info, fromMs, toMs);
	const month = { ...nothing, heldRate: heldRate(joinedAtMs, fromMs) };
	month.egressBandwidth = bytes.egress;
	month.egressBandwidthPayout = rounded((bytes.egress * priceModel.EgressBandwidth) / terabyte);
	month.egressRepairAudit = bytes.repair + bytes.audit;
	month.egressRepairAuditPayout = rounded(
		(month.egressRepairAudit * priceModel.AuditBandwidth) / terabyte,
	);
	month.diskSpace = byteHours / hoursAMonth;
	month.diskSpacePayout = rounded((month.diskSpace * priceModel.DiskSpace) / terabyte);
	const gross = month.egressBandwidthPayout + month.egressRepairAuditPayout + month.diskSpacePayout;
	month.held = (gross * month.heldRate) / 100;
	month.payout = rounded(gross - month.held);
	return month;
}

function usageOf(node: StorageNode, info: SatelliteInfo, fromMs: number, toMs: number) {
	const bytes = { egress: 0, repair: 0, audit: 0, ingress: 0, ingressRepair: 0 };
	let byteHours = 0;
	for (const startMs of isoDays(fromMs, toMs)) {
		const day = node.usage.dayAt(info, startMs, toMs);
		for (const cause of ['egress', 'repair', 'audit', 'ingress', 'ingressRepair'] as const)
			bytes[cause] += day[cause];
		byteHours += node.usage.byteHours(info, startMs, Math.min(startMs + dayMs, toMs));
	}
	return { bytes, byteHours };
}

/** 75, 50, 25 and 0 per cent, three months each. */
function heldRate(joinedAtMs: number, atMs: number): number {
	const [joined, at] = [new Date(joinedAtMs), new Date(atMs)];
	const months =
		(at.getUTCFullYear() - joined.getUTCFullYear()) * 12 + at.getUTCMonth() - joined.getUTCMonth();
	return [75, 50, 25][Math.floor(months / 3)] ?? 0;
}

/** What a satellite accounted for a month that is over, in millionths of a dollar; `undefined` before it knew the node. */
export function paystubOf(node: StorageNode, satellite: SatelliteRecord, startMs: number) {
	const { info, joinedAtMs } = satellite;
	const endMs = monthStart(startMs, 1);
	if (endMs <= joinedAtMs || endMs > node.nowMs()) return undefined;
	const { bytes, byteHours } = usageOf(node, info, startMs, endMs);
	const comp = (amount: number, cents: number) =>
		Math.round(((amount * cents) / terabyte) * microCent);
	const compAtRest = comp(byteHours / hoursAMonth, priceModel.DiskSpace);
	const compGet = comp(bytes.egress, priceModel.EgressBandwidth);
	const compGetRepair = comp(bytes.repair, priceModel.RepairBandwidth);
	const compGetAudit = comp(bytes.audit, priceModel.AuditBandwidth);
	const gross = compAtRest + compGet + compGetRepair + compGetAudit;
	const held = Math.round((gross * heldRate(joinedAtMs, startMs)) / 100);
	const owed = gross - held;
	return {
		satelliteId: info.id,
		period: new Date(startMs).toISOString().slice(0, 7),
		created: new Date(endMs + 9 * dayMs).toISOString(),
		codes: '',
		usageAtRest: byteHours,
		usageGet: bytes.egress,
		usagePut: bytes.ingress,
		usageGetRepair: bytes.repair,
		usagePutRepair: bytes.ingressRepair,
		usageGetAudit: bytes.audit,
		compAtRest,
		compGet,
		compPut: 0,
		compGetRepair,
		compPutRepair: 0,
		compGetAudit,
		surgePercent: 0,
		held,
		owed,
		disposed: 0,
		paid: owed,
		distributed: owed,
	};
}
