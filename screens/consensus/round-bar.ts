import { fit, line } from '../../components/line.ts';
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
	const { gaugeFull } = look.glyphs;
	const bar = parts.map(({ tone }, index): Span => [tone, gaugeFull.repeat(cells[index] ?? 0)]);
	return [
		line(look, [...bar, ['strong', totalText]], width),
		line(look, legendOf(look, parts, width), width),
	];
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

function legendOf(look: Look, parts: readonly Part[], width: number): Span[] {
	const each = Math.floor(width / parts.length);
	return parts.flatMap(({ name, tone, ms }): Span[] => {
		// Where it is narrow, the colours and their names say more than half a number.
		const timed = `${name} ${formatMs(ms)}`;
		const text = timed.length <= each - 3 ? timed : name;
		return [
			[tone, `${look.glyphs.gaugeFull} `],
			['label', `${fit(text, each - 3)} `],
		];
	});
}
