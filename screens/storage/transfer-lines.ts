import { fit, line } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { formatBytes, formatCount, formatMs, missing } from '../../source/domain/format.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { latencyText } from '../../source/sections/transfers/fields.ts';
import type { TransferSection } from '../../source/sections/transfers/schema.ts';

const levels = [
	['below1s', 'below 1 s', 'good', '<1s'],
	['below5s', '1 to 5 s', 'plain', '1–5s'],
	['below10s', '5 to 10 s', 'warn', '5–10s'],
	['above10s', 'above 10 s', 'bad', '>10s'],
] as const;

/** How many transfers took how long, as bars; below them the counts of each action. */
export function latencyLines(look: Look, transfers: TransferSection, width: number): string[] {
	const { latencies = [], latencyAbsent, latencyStepMs } = transfers;
	const counted = latencies.filter(({ below1s }) => below1s !== undefined);
	if (counted.length === 0 && latencies.length > 0)
		return latencies.map((each) => meanLine(look, each, width));
	if (counted.length === 0)
		return [look.paint('dim', fit(latencyAbsent ?? 'no transfer was timed yet', width))];
	const sum = (name: (typeof levels)[number][0]) =>
		counted.reduce((total, each) => total + (each[name] ?? 0), 0);
	const total = Math.max(
		1,
		levels.reduce((all, [name]) => all + sum(name), 0),
	);
	const barWidth = Math.max(4, Math.min(30, width - 24));
	const bars = levels.map(([name, title, toneOfSome]) => {
		const count = sum(name);
		// That none was slow is no warning.
		const tone = count === 0 ? 'dim' : toneOfSome;
		const bar = barOf(look, tone, count / total, barWidth);
		return `${look.paint('label', fit(title, 11))}${bar} ${look.paint(tone, fit(formatCount(count), 10, 'right'))}`;
	});
	const cells = width < 58 ? 6 : 8;
	const actions = counted.map((each) =>
		line(
			look,
			[
				['label', each.action.padEnd(11)],
				['plain', levels.map(([name]) => formatCount(each[name] ?? 0).padStart(cells)).join('')],
				[
					'label',
					each.p99Ms === undefined ? '' : `  p99 ${latencyText(each.p99Ms, latencyStepMs)}`,
				],
			],
			width,
		),
	);
	const heads = levels.map(([, , , head]) => head.padStart(cells)).join('');
	return [...bars, line(look, [['label', ' '.repeat(11) + heads]], width), ...actions];
}

/** The debug port reports means and percentiles, and no counts by duration. */
function meanLine(
	look: Look,
	{ action, avgMs, p50Ms, p99Ms }: NonNullable<TransferSection['latencies']>[number],
	width: number,
): string {
	const shown = (ms: number | undefined) => (ms === undefined ? missing : formatMs(ms)).padStart(8);
	return line(
		look,
		[
			['label', `${action.padEnd(11)} mean`],
			['plain', shown(avgMs)],
			['label', '  p50'],
			['plain', shown(p50Ms)],
			['label', '  p99'],
			[(p99Ms ?? 0) > 10_000 ? 'bad' : 'plain', shown(p99Ms)],
		],
		width,
	);
}

function barOf(look: Look, tone: Tone, share: number, width: number): string {
	const { gaugeFull, gaugeEmpty } = look.glyphs;
	const full = share > 0 ? Math.max(1, Math.round(share * width)) : 0;
	return (
		look.paint(tone, gaugeFull.repeat(full)) + look.paint('dim', gaugeEmpty.repeat(width - full))
	);
}

/** From here on the address of a satellite is whole. */
const wideFrom = 90;

/** The slowest ten, then errors by kind. */
export function slowestLines(look: Look, transfers: TransferSection, width: number): string[] {
	// Those are of the log, wherever the other durations come from.
	const isCoarse = (transfers.slowest ?? []).every(({ durationMs }) => durationMs % 1000 === 0);
	const slowestStepMs = isCoarse ? 1000 : 1;
	const satelliteWidth = width < wideFrom ? 14 : 24;
	const slowest = (transfers.slowest ?? []).map(
		({ action, satellite, durationMs, sizeBytes, remoteAddress, at }) =>
			line(
				look,
				[
					[
						durationMs > 10_000 ? 'bad' : 'plain',
						latencyText(durationMs, slowestStepMs).padStart(8),
					],
					['plain', ` ${action.padEnd(10)} `],
					['label', `${fit(satellite, satelliteWidth)} `],
					['plain', (sizeBytes === undefined ? '' : formatBytes(sizeBytes)).padStart(8)],
					['label', ` ${at.slice(11, 19)} ${remoteAddress ?? ''}`],
				],
				width,
			),
	);
	const errors = (transfers.errors ?? []).map(({ signature, count }) =>
		line(
			look,
			[
				['warn', formatCount(count).padStart(8)],
				['plain', ` ${signature}`],
			],
			width,
		),
	);
	return [...slowest, ...errors];
}
