import { line } from '../../components/line.ts';
import type { Span } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { formatMs } from '../../source/domain/format.ts';
import type { Tone } from '../../source/domain/tone.ts';
import type { Distribution } from '../../source/sections/distribution.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';

/** The phases of a round in their order; the rest of the way to the commit is the last. */
const phases = [
	['propose', 'accent'],
	['vote', 'strong'],
	['certify', 'warn'],
	['commit', 'good'],
] as const satisfies readonly (readonly [name: string, tone: Tone])[];

interface Part {
	readonly name: string;
	readonly tone: Tone;
	readonly ms: number;
}

/**
 * A round as a bar in time: how long the proposal, the vote, the certificate and the rest of the way to the
 * commit take, by their medians. Empty unless at least two phases are known.
 */
export function roundLines(look: Look, node: NodeSnapshot, width: number): string[] {
	const parts = partsOf(node.consensus?.latenciesMs ?? {});
	if (parts.length < 2) return [];
	const total = parts.reduce((sum, { ms }) => sum + ms, 0);
	const totalText = ` ${formatMs(total)}`;
	const barWidth = Math.max(parts.length, width - totalText.length);
	const cells = cellsOf(parts, barWidth);
	const bar = parts.map(({ tone }, index): Span => [
		tone,
		stretchOf(look, cells[index] ?? 0, index === 0),
	]);
	return [
		line(look, [...bar, ['strong', totalText]], width),
		line(look, legendOf(look, parts, width), width),
	];
}

/** Where a phase begins, a mark tells it from the one before without a colour. */
function stretchOf({ glyphs: { gaugeFull, gaugeMark } }: Look, cells: number, isFirst: boolean) {
	return isFirst || cells < 2 ? gaugeFull.repeat(cells) : gaugeMark + gaugeFull.repeat(cells - 1);
}

/** The commit is measured from the arrival of the block: what vote and certificate took is in it. */
function partsOf(latencies: Readonly<Record<string, Distribution>>): Part[] {
	const middle = (name: string) => latencies[name]?.p50 ?? latencies[name]?.avg;
	const before = (middle('vote') ?? 0) + (middle('certify') ?? 0);
	return phases.flatMap(([name, tone]) => {
		const ms = middle(name);
		if (ms === undefined) return [];
		return [{ name, tone, ms: name === 'commit' ? Math.max(0, ms - before) : ms }];
	});
}

/** Shares of the width, each phase at least one cell. */
function cellsOf(parts: readonly Part[], width: number): number[] {
	const total = parts.reduce((sum, { ms }) => sum + ms, 0);
	const free = width - parts.length;
	const cells = parts.map(({ ms }) => 1 + (total > 0 ? Math.floor((ms / total) * free) : 0));
	const rest = width - cells.reduce((sum, each) => sum + each, 0);
	const longest = parts.reduce(
		(best, { ms }, index) => (ms > (parts[best]?.ms ?? 0) ? index : best),
		0,
	);
	return cells.map((each, index) => (index === longest ? each + rest : each));
}

const legendGap = 3;

function legendOf(look: Look, parts: readonly Part[], width: number): Span[] {
	const timed = parts.map(({ name, ms }) => `${name} ${formatMs(ms)}`);
	const wanted = timed.reduce((sum, text) => sum + text.length + 2 + legendGap, -legendGap);
	return parts.flatMap(({ name, tone }, index): Span[] => {
		// Where it is narrow, the colours and their names say more than half a number.
		const text = wanted <= width ? (timed[index] ?? name) : name;
		return [
			['plain', index === 0 ? '' : ' '.repeat(legendGap)],
			[tone, `${look.glyphs.gaugeFull} `],
			['label', text],
		];
	});
}
