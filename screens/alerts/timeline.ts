import { heatStrip } from '../../components/charts/heat-strip.ts';
import { timeAxis } from '../../components/charts/line-chart.ts';
import type { TimeScale } from '../../components/charts/time-scale.ts';
import { columnOf } from '../../components/charts/time-scale.ts';
import { fit } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import type { Alert } from '../../source/domain/alert.ts';
import type { HealthLevel, Severity } from '../../source/domain/words.ts';
import { worstLevel } from '../../source/domain/words.ts';

const minuteMs = 60_000;
/** The shortest that holds all that fired is shown. */
const windows = [
	{ name: 'Last 15 min', ms: 15 * minuteMs },
	{ name: 'Last hour', ms: 60 * minuteMs },
	{ name: 'Last 6 hours', ms: 360 * minuteMs },
	{ name: 'Last day', ms: 1440 * minuteMs },
] as const;
const longest = windows[3];
const mostNameWidth = 24;

const levelOfSeverity: Readonly<Record<Severity, HealthLevel>> = {
	critical: 'critical',
	warning: 'warning',
	info: 'ok',
};

/** Lines that the timeline wants: one for all, one for each rule, and the axis. */
export function timelineHeight(alerts: readonly Alert[]): number {
	const rules = rulesOf(alerts);
	return rules.length === 0 ? 0 : rules.length + (rules.length > 1 ? 1 : 0) + 1;
}

/** The time that the timeline shows: where all that fired did so of late, minutes are wider than in a day. */
export function timelineWindow(
	alerts: readonly Alert[],
	nowMs: number,
): { readonly name: string; readonly ms: number } {
	const firstMs = Math.min(
		...fired(alerts).map(({ firedAt, since }) => Date.parse(firedAt ?? since)),
	);
	return windows.find(({ ms }) => nowMs - firstMs < ms) ?? longest;
}

/** What fired in the timeline’s window: a strip for all alerts, one for each rule while there is room, and the times. */
export function timelineLines(
	look: Look,
	alerts: readonly Alert[],
	{
		width,
		height,
		nowMs,
	}: { readonly width: number; readonly height: number; readonly nowMs: number },
): string[] {
	const rules = rulesOf(alerts);
	if (rules.length === 0 || height < 2) return [];
	const strips = [
		...(rules.length > 1 ? [{ name: 'all', own: fired(alerts) }] : []),
		...rules,
	].slice(0, height - 1);
	const nameWidth = Math.min(mostNameWidth, Math.max(...strips.map(({ name }) => name.length)) + 1);
	const columns = Math.max(1, width - nameWidth);
	const cellMs = Math.ceil(timelineWindow(alerts, nowMs).ms / columns);
	const toMs = (Math.floor(nowMs / cellMs) + 1) * cellMs;
	const time: TimeScale = { fromMs: toMs - columns * cellMs, toMs, cellMs, columns };
	return [
		...strips.map(
			({ name, own }) =>
				look.paint('label', fit(name, nameWidth)) +
				heatStrip(look, levelsOf(own, time, nowMs), time),
		),
		look.paint('label', fit('UTC', nameWidth)) + timeAxis(look, time, true),
	];
}

/** Rules that fired, those with most alerts first. */
function rulesOf(alerts: readonly Alert[]) {
	return [...Map.groupBy(fired(alerts), ({ rule }) => rule)]
		.map(([name, own]) => ({ name, own }))
		.toSorted((a, b) => b.own.length - a.own.length || (a.name < b.name ? -1 : 1));
}

function fired(alerts: readonly Alert[]): readonly Alert[] {
	return alerts.filter(({ state }) => state !== 'pending');
}

/** The worst that fired in each cell. */
function levelsOf(alerts: readonly Alert[], time: TimeScale, nowMs: number) {
	const cells = Array.from({ length: time.columns }, (): HealthLevel[] => []);
	for (const { severity, firedAt, since, resolvedAt } of alerts) {
		const first = Math.max(0, columnOf(time, Date.parse(firedAt ?? since)));
		const end = resolvedAt === undefined ? nowMs : Date.parse(resolvedAt);
		const last = Math.min(time.columns - 1, columnOf(time, end));
		for (let column = first; column <= last; column++)
			cells[column]?.push(levelOfSeverity[severity]);
	}
	return {
		times: cells.map((_, column) => time.fromMs + column * time.cellMs),
		levels: cells.map((levels) => (levels.length === 0 ? 'ok' : worstLevel(levels))),
	};
}
