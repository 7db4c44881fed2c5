import { Box, Text } from 'ink';
import { memo } from 'react';
import type { ReactNode } from 'react';

export interface LinesProps {
	/** Lines that are exactly `width` cells, joined by newlines. */
	readonly text: string;
	readonly width: number;
	readonly height: number;
}

/** A block of ready lines as one `<Text>`: rendered again only when its text changed. */
export const Lines = memo(function Lines({ text, width, height }: LinesProps): ReactNode {
	return (
		<Box width={width} height={height} flexShrink={0} overflow="hidden">
			<Text wrap="truncate-end">{text}</Text>
		</Box>
	);
});
