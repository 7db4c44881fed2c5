import type { CommandContext } from '../shell/command-context.ts';
import type { ViewState } from '../view-state.ts';
import type { HistoryAction } from './history-view.ts';
import { cursorIndex, drawnNodes, listMetrics } from './metric-list.ts';
import type { ListedMetric } from './metric-list.ts';

type Context = Pick<CommandContext, 'view' | 'dispatch' | 'listed' | 'selected'>;

/** Whether keys are about the History screen, and not about what lies over it. */
export function isOnHistory({ screen, overlay }: ViewState): boolean {
	return screen === 'history' && overlay.kind === 'none';
}

export function historyHandlers(context: Context) {
	const act = (action: HistoryAction) => () => {
		if (isOnHistory(context.view)) context.dispatch({ type: 'history', action });
	};
	return {
		'history.earlier': act({ type: 'pan', by: -1 }),
		'history.later': act({ type: 'pan', by: 1 }),
		'history.compare': act({ type: 'compare' }),
	};
}

export function moveInHistory(context: Context, by: number): void {
	const metrics = metricsOf(context);
	const index = cursorIndex(metrics, context.view.history) + by;
	const cursor = metrics[Math.max(0, Math.min(metrics.length - 1, index))]?.name;
	if (cursor !== undefined)
		context.dispatch({ type: 'history', action: { type: 'moveTo', cursor } });
}

/** Draws the number at the cursor, or draws it no more. */
export function toggleMetric(context: Context): void {
	const metrics = metricsOf(context);
	const listed = metrics[cursorIndex(metrics, context.view.history)];
	if (!listed) return;
	context.dispatch({ type: 'history', action: { type: 'toggle', metric: listed.name } });
}

function metricsOf({ view, listed, selected }: Context): readonly ListedMetric[] {
	return listMetrics(drawnNodes(view.history, listed, selected), view.history.metrics);
}
