import { bigText } from '../../components/big-text.ts';
import { fit, line } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { formatCount, formatMs, missing } from '../../source/domain/format.ts';
import type { Distribution } from '../../source/sections/distribution.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import { lastFinalOf, lastProgressOf } from '../../source/sections/derived.ts';

/**
 * How long ago something became final, large; where finality is not known, how long ago the node got on.
 * Its tone is that of the gravest finding about it.
 */
export function progressLines(
	look: Look,
	node: NodeSnapshot,
	nowMs: number,
	width: number,
): string[] {
	const finalAt = lastFinalOf(node);
	const at = finalAt ?? lastProgressOf(node);
	if (at === undefined) return [];
	const seconds = Math.max(0, (nowMs - Date.parse(at)) / 1000);
	const { text, unit } = clockText(seconds);
	return bigText(
		look,
		{ text, tone: toneOfProgress(node) },
		`${unit} since ${finalAt === undefined ? 'progress' : 'finality'}`,
		width,
	);
}

/** `4.2` seconds, `3:07` minutes, `5:03:07` hours. */
function clockText(seconds: number): { text: string; unit: string } {
	if (seconds < 10) return { text: seconds.toFixed(1), unit: 's' };
	const whole = Math.floor(seconds);
	if (whole < 60) return { text: String(whole), unit: 's' };
	const two = (n: number) => String(n).padStart(2, '0');
	const minutes = Math.floor(whole / 60);
	if (minutes < 60) return { text: `${minutes}:${two(whole % 60)}`, unit: 'min' };
	const hours = Math.floor(minutes / 60);
	return { text: `${hours}:${two(minutes % 60)}:${two(whole % 60)}`, unit: 'h' };
}

function toneOfProgress({ poll, health, consensus }: NodeSnapshot): Tone {
	if (poll.status === 'failed') return 'unknown';
	// Where a partition explains it, it is no finding of its own, but as little progress.
	if (consensus?.status === 'stalled') return 'bad';
	const aboutProgress = health.issues.filter(
		({ component }) => component === 'consensus' || component === 'chain',
	);
	if (aboutProgress.some(({ severity }) => severity === 'critical')) return 'bad';
	return aboutProgress.some(({ severity }) => severity === 'warning') ? 'warn' : 'good';
}

const valueWidth = 9;
const percentiles = ['p50', 'p95', 'p99', 'max'] as const;

/** A phase of agreement a line, with its percentiles and how many it was reckoned from. */
export function phaseLines(look: Look, node: NodeSnapshot, width: number): string[] {
	const phases = Object.entries(node.consensus?.latenciesMs ?? {});
	if (phases.length === 0) return [];
	const shown = percentiles.filter((name) => phases.some(([, phase]) => phase[name] !== undefined));
	const nameWidth = Math.max(8, width - valueWidth * (shown.length + 1));
	const heading = ['phase', ...shown, 'n'].map((title, index) =>
		index === 0 ? fit(title, nameWidth) : fit(title, valueWidth, 'right'),
	);
	return [
		line(look, [['label', heading.join('')]], width),
		...phases.map(([name, phase]) =>
			line(
				look,
				[
					['plain', fit(wordsOf(name), nameWidth)],
					...shown.map((each) => ['strong', cell(phase[each])] as const),
					['label', fit(phase.n === undefined ? '' : formatCount(phase.n), valueWidth, 'right')],
				],
				width,
			),
		),
	];
}

function cell(ms: Distribution['p50']): string {
	return fit(ms === undefined ? missing : formatMs(ms), valueWidth, 'right');
}

/** `diskSync` as `disk sync`. */
function wordsOf(name: string): string {
	return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Counts by name, the commonest first. What never happened is left out. */
export function countLines(
	look: Look,
	counts: Readonly<Record<string, string | number>> | undefined,
	width: number,
): string[] {
	return Object.entries(counts ?? {})
		.filter(([, count]) => Number(count) > 0)
		.toSorted(([, a], [, b]) => Number(b) - Number(a))
		.map(([name, count]) =>
			line(
				look,
				[
					['plain', fit(wordsOf(name), Math.max(8, width - valueWidth))],
					['strong', fit(formatCount(count), valueWidth, 'right')],
				],
				width,
			),
		);
}
