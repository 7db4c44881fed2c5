import { useEffect, useEffectEvent } from 'react';
import type { MouseEvent, MouseSource } from '../source/domain/mouse.ts';

/** Calls the handler for each event of the mouse; nothing without a source. */
export function useMouse(
	source: MouseSource | undefined,
	onMouse: (event: MouseEvent) => void,
): void {
	const handle = useEffectEvent(onMouse);
	useEffect(() => source?.((event) => handle(event)), [source]);
}
