import type { ReactNode } from 'react';
import { fillLines, fit, line, wrap } from '../../components/line.ts';
import type { Span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import type { Look } from '../../components/look.ts';
import { cellWidth } from '../../source/domain/cell-width.ts';
import type { Health } from '../../source/domain/words.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { levelOf } from '../../source/sections/health/severity.ts';
import { toneOfLevel } from '../../source/domain/tone.ts';
import type { ScreenProps } from '../frame.ts';
import { headerCounts } from './header-counts.ts';
import { verdictOf } from './verdict.ts';

export const smallestWidth = 60;
export const smallestHeight = 16;

export interface TinyProps extends Pick<ScreenProps, 'look' | 'moment' | 'listed' | 'width'> {
	readonly rows: number;
}

const mostVerdictLines = 3;
const gap = 2;
const troubleOrder: readonly Health[] = ['down', 'degraded', 'unknown', 'up'];

/** What a terminal shows that is too small for screens: counts, the verdict, and nodes, the worst first. */
export function Tiny({ look, moment, listed, width, rows }: TinyProps): ReactNode {
	const counts = countLines(look, moment, width);
	const [worst] = verdictOf(moment);
	const verdict = worst ? wrap(worst.text, width).slice(0, mostVerdictLines) : [];
	const nodes = worstFirst(listed).map(({ snapshot: { target, health } }) => {
		const level = levelOf(health);
		const [issue] = health.issues;
		return line(
			look,
			[
				[toneOfLevel[level], `${look.glyphs.level[level]} ${health.status} `],
				['strong', target.name],
				['label', issue ? `  ${issue.message}` : ''],
			],
			width,
		);
	});
	const body = [
		...counts,
		...verdict.map((text) => look.paint(toneOfLevel[worst?.level ?? 'ok'], fit(text, width))),
		...nodes,
	].slice(0, Math.max(0, rows - 1));
	const hidden = Math.max(0, counts.length + verdict.length + nodes.length - body.length);
	const more = hidden === 0 ? '' : `${hidden} more; `;
	const foot = look.paint(
		'dim',
		fit(`${more}q quits; screens need ${smallestWidth}×${smallestHeight}`, width),
	);
	const text = [...fillLines(body, width, Math.max(0, rows - 1)), foot].slice(-rows).join('\n');
	return <Lines text={text} width={width} height={rows} />;
}

/** As many counts on a line as it has room for: nodes need the others. */
function countLines(look: Look, moment: TinyProps['moment'], width: number): string[] {
	const lines: Span[][] = [];
	let room = 0;
	for (const { level, text } of headerCounts(moment)) {
		const shown = `${look.glyphs.level[level]} ${text}`;
		const cells = cellWidth(shown) + gap;
		const last = lines.at(-1);
		const span = [toneOfLevel[level], shown] as const;
		if (last && cells <= room) last.push(['plain', ' '.repeat(gap)], span);
		else lines.push([span]);
		room = (last && cells <= room ? room : width + gap) - cells;
	}
	return lines.map((spans) => line(look, spans, width));
}

/** Whatever the list is sorted by: here is room for few. */
function worstFirst(listed: readonly NodeMoment[]): readonly NodeMoment[] {
	const rank = ({ snapshot: { health } }: NodeMoment) => troubleOrder.indexOf(health.status);
	return listed.toSorted((a, b) => rank(a) - rank(b));
}
