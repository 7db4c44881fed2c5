import type { ReactNode } from 'react';
import { fillLines, heading } from './line.ts';
import { Lines } from './lines.tsx';
import type { Look } from './look.ts';
import { useIsFocused } from './region.tsx';

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
	const isFocused = useIsFocused();
	if (height <= 0 || width <= 0) return null;
	// Blanks at the end cost Ink as much as letters, and its own grid is blank already.
	const body = fillLines(lines, 0, height - 1).map((line) => line.trimEnd());
	const text = [heading(look, title, width, note, isFocused), ...body].join('\n');
	return <Lines text={text} width={width} height={height} />;
}
