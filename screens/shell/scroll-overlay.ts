import type { Overlay } from '../overlay.ts';
import type { ViewAction } from '../view-state.ts';

/** Moves what lies over the screen by so many lines; `end` is the first line that shows at its end. */
export function scrollOverlay(overlay: Overlay, by: number, end: number): ViewAction[] {
	if (overlay.kind !== 'help' && overlay.kind !== 'changes') return [];
	// The list may have become shorter since.
	const from = Math.min(overlay.offset, end);
	return [{ type: 'scrollOverlay', offset: Math.max(0, Math.min(end, from + by)) }];
}
