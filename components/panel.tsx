import type { ReactNode } from 'react';
import { fillLines, heading } from './line.ts';
import { Lines } from './lines.tsx';
import type { Look } from './look.ts';

export interface PanelProps {
	readonly look: Look;
	readonly title: string;
	/** Said at the right end of the heading. */
	readonly note?: string | undefined;
	/** Body lines, each exactly `width` cells; cut or filled to fit. */
	readonly lines: readonly string[];
	readonly width: number;
	readonly height: number;
}

/** A titled block: a heading rule, then its lines. */
export function Panel({ look, title, note, lines, width, height }: PanelProps): ReactNode {
	if (height <= 0 || width <= 0) return null;
	const body = fillLines(lines, width, height - 1);
	const text = [heading(look, title, width, note), ...body].join('\n');
	return <Lines text={text} width={width} height={height} />;
}
