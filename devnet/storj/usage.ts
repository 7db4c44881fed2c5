import type { SatelliteInfo, StorjSettings } from './settings.ts';

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;

/** What moved at one satellite on one day, in bytes. */
export interface DayUsage {
	egress: number;
	repair: number;
	audit: number;
	ingress: number;
	ingressRepair: number;
}

export type TrafficCause = keyof DayUsage;

export interface UsageOptions {
	readonly settings: StorjSettings;
	/** When the network began: before it, usage is what a steady node would have had. */
	readonly epochMs: number;
	/** When satellites got to know the node. */
	readonly joinedAtMs: number;
}

/** What satellites store on a node, and what moved, by day: the past by rule, since then as it happens. */
export interface Usage {
	add(satellite: SatelliteInfo, cause: TrafficCause, bytes: number, atMs: number): void;
	/** Bytes of one satellite at a time. */
	storedAt(satellite: SatelliteInfo, atMs: number): number;
	/** Byte-hours from one time to another, within one day. */
	byteHours(satellite: SatelliteInfo, fromMs: number, toMs: number): number;
	/** Traffic of the UTC day that begins then, up to a time. */
	dayAt(satellite: SatelliteInfo, startMs: number, nowMs: number): DayUsage;
	readonly joinedAtMs: number;
}

/** Daily egress of a steady node as a share of what it stores. */
const egressShare = 0.006;
const repairShare = 0.0012;
const auditShare = 0.000_002;
/** How far a day is from the line of growth, in days of it. */
const swingDays = 0.8;

export function createUsage({ settings, epochMs, joinedAtMs }: UsageOptions): Usage {
	const live = new Map<string, DayUsage>();
	const received = new Map<string, number>();
	const isNew = joinedAtMs >= epochMs;

	function storedAt({ id, share }: SatelliteInfo, atMs: number): number {
		const since = received.get(id) ?? 0;
		if (isNew || atMs < joinedAtMs) return isNew ? since : 0;
		const days = Math.min(0, atMs - epochMs) / dayMs;
		// No two days bring the same.
		const swing = Math.sin(Math.floor(atMs / dayMs) * 12.9898) * swingDays;
		const past = share * (settings.storedBytes + (days + swing) * settings.growthBytesPerDay);
		return Math.max(0, Math.round(past + (atMs >= epochMs ? since : 0)));
	}

	return {
		joinedAtMs,
		add(satellite, cause, bytes, atMs) {
			const key = keyOf(satellite, atMs);
			const day = live.get(key) ?? nothing();
			day[cause] += bytes;
			live.set(key, day);
			if (cause === 'ingress' || cause === 'ingressRepair')
				received.set(satellite.id, (received.get(satellite.id) ?? 0) + bytes);
		},
		storedAt,
		byteHours(satellite, fromMs, toMs) {
			const middle = (fromMs + toMs) / 2;
			return (storedAt(satellite, middle) * Math.max(0, toMs - fromMs)) / hourMs;
		},
		dayAt(satellite, startMs, nowMs) {
			const measured = live.get(keyOf(satellite, startMs)) ?? nothing();
			const toMs = Math.min(nowMs, epochMs, startMs + dayMs);
			const share = isNew || startMs < joinedAtMs ? 0 : Math.max(0, toMs - startMs) / dayMs;
			const stored = share * storedAt(satellite, startMs);
			const grown = share * satellite.share * settings.growthBytesPerDay;
			// Weekends are quieter.
			const pace = [0.7, 1, 1.1, 1.05, 1, 0.95, 0.75][new Date(startMs).getUTCDay()] ?? 1;
			return {
				egress: Math.round(measured.egress + stored * egressShare * pace),
				repair: Math.round(measured.repair + stored * repairShare),
				audit: Math.round(measured.audit + stored * auditShare),
				ingress: Math.round(measured.ingress + grown * 0.8),
				ingressRepair: Math.round(measured.ingressRepair + grown * 0.2),
			};
		},
	};
}

const nothing = (): DayUsage => ({ egress: 0, repair: 0, audit: 0, ingress: 0, ingressRepair: 0 });

function keyOf({ id }: SatelliteInfo, atMs: number): string {
	return `${Math.floor(atMs / dayMs)} ${id}`;
}

/** The first moment of a UTC month, so many months after the one of a time. */
export function monthStart(atMs: number, months = 0): number {
	const at = new Date(atMs);
	return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + months);
}

/** Starts of the UTC days that begin in a span. */
export function isoDays(fromMs: number, toMs: number): number[] {
	const days: number[] = [];
	for (let day = Math.ceil(fromMs / dayMs) * dayMs; day < toMs; day += dayMs) days.push(day);
	return days;
}
