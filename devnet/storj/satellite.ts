import type { Random } from '../random.ts';
import type { SatelliteInfo } from './settings.ts';

const windowMs = 12 * 3_600_000;
/** 30 days. */
const mostWindows = 60;
/** From satellite/reputation of storj/storj: how much an audit moves a score, and what ends it. */
const auditLambda = 0.999;
const unknownLambda = 0.95;
const disqualifiedBelow = 0.96;
const suspendedBelow = 0.6;

export type AuditOutcome = 'passed' | 'lost' | 'unknown';

export interface Window {
	readonly startMs: number;
	total: number;
	online: number;
}

/** What one satellite knows of a node: its scores, by the satellite's own arithmetic. */
export interface SatelliteRecord {
	readonly info: SatelliteInfo;
	readonly joinedAtMs: number;
	readonly vettedAtMs: number | undefined;
	readonly disqualifiedAtMs: number | undefined;
	readonly suspendedAtMs: number | undefined;
	readonly windows: readonly Window[];
	readonly auditScore: number;
	readonly suspensionScore: number;
	readonly onlineScore: number;
	audit(outcome: AuditOutcome, nowMs: number): void;
	/** It could not reach the node for so many hours up to now. */
	missed(hours: number, nowMs: number): void;
}

/** α and β of a score: each audit shrinks both and adds to one. */
function createScore(lambda: number) {
	let alpha = 1 / (1 - lambda);
	let beta = 0;
	return {
		get value() {
			return alpha / (alpha + beta);
		},
		add(isGood: boolean) {
			alpha = lambda * alpha + (isGood ? 1 : 0);
			beta = lambda * beta + (isGood ? 0 : 1);
		},
	};
}

interface RecordOptions {
	readonly info: SatelliteInfo;
	readonly joinedAtMs: number;
	readonly nowMs: number;
	readonly random: Random;
}

export function createSatelliteRecord(options: RecordOptions): SatelliteRecord {
	const { info, joinedAtMs, nowMs } = options;
	const isNew = joinedAtMs >= nowMs;
	const audit = createScore(auditLambda);
	const unknown = createScore(unknownLambda);
	const windows = isNew ? [] : pastWindows(options);
	let disqualifiedAtMs: number | undefined;
	let suspendedAtMs: number | undefined;

	function windowAt(atMs: number): Window {
		const startMs = Math.floor(atMs / windowMs) * windowMs;
		const known = windows.findLast((each) => each.startMs === startMs);
		if (known) return known;
		const fresh: Window = { startMs, total: 0, online: 0 };
		windows.push(fresh);
		if (windows.length > mostWindows) windows.shift();
		return fresh;
	}

	return {
		info,
		joinedAtMs,
		vettedAtMs: isNew ? undefined : joinedAtMs + 40 * 86_400_000,
		get disqualifiedAtMs() {
			return disqualifiedAtMs;
		},
		get suspendedAtMs() {
			return suspendedAtMs;
		},
		windows,
		get auditScore() {
			return audit.value;
		},
		get suspensionScore() {
			return unknown.value;
		},
		get onlineScore() {
			return onlineScoreOf(windows);
		},
		audit(outcome, atMs) {
			if (disqualifiedAtMs !== undefined) return;
			const window = windowAt(atMs);
			window.total += 1;
			window.online += 1;
			if (outcome === 'unknown') unknown.add(false);
			else {
				unknown.add(true);
				audit.add(outcome === 'passed');
			}
			if (audit.value < disqualifiedBelow) disqualifiedAtMs = atMs;
			if (unknown.value < suspendedBelow) suspendedAtMs ??= atMs;
			else if (unknown.value > suspendedBelow) suspendedAtMs = undefined;
		},
		missed(hours, atMs) {
			const fromMs = atMs - hours * 3_600_000;
			for (const window of windows) if (window.startMs + windowMs > fromMs) window.online = 0;
		},
	};
}

/** The mean of the windows in which it was audited. */
function onlineScoreOf(windows: readonly Window[]): number {
	const counted = windows.filter(({ total }) => total > 0);
	if (counted.length === 0) return 1;
	return counted.reduce((sum, each) => sum + each.online / each.total, 0) / counted.length;
}

/** Windows of the last 30 days, in each of which it reached the node at every audit. */
function pastWindows({ nowMs, joinedAtMs, random }: RecordOptions): Window[] {
	const last = Math.floor(nowMs / windowMs) * windowMs;
	const windows: Window[] = [];
	for (let back = mostWindows - 1; back >= 0; back -= 1) {
		const startMs = last - back * windowMs;
		if (startMs < joinedAtMs) continue;
		const total = 2 + Math.floor(random.next() * 5);
		windows.push({ startMs, total, online: total });
	}
	return windows;
}
