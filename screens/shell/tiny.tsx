import type { ReactNode } from 'react';
import { fillLines, fit, line, wrap } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
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

/** What a terminal shows that is too small for screens: counts, the verdict, and nodes, the worst first. */
export function Tiny({ look, moment, listed, width, rows }: TinyProps): ReactNode {
	const counts = headerCounts(moment).map(({ level, text }) =>
		line(look, [[toneOfLevel[level], `${look.glyphs.level[level]} ${text}`]], width),
	);
	const [worst] = verdictOf(moment);
	const verdict = worst ? wrap(worst.text, width).slice(0, mostVerdictLines) : [];
	const nodes = listed.map(({ snapshot: { target, health } }) => {
		const level = levelOf(health);
		return line(
			look,
			[
				[toneOfLevel[level], `${look.glyphs.level[level]} ${health.status} `],
				['strong', target.name],
			],
			width,
		);
	});
	const body = [
		...counts,
		...verdict.map((text) => look.paint(toneOfLevel[worst?.level ?? 'ok'], fit(text, width))),
		...nodes,
	].slice(0, Math.max(0, rows - 1));
	const foot = look.paint(
		'dim',
		fit(`q quits; screens need ${smallestWidth}×${smallestHeight}`, width),
	);
	const text = [...fillLines(body, width, Math.max(0, rows - 1)), foot].slice(-rows).join('\n');
	return <Lines text={text} width={width} height={rows} />;
}
