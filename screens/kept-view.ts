import type { SavedView } from '../source/domain/saved-view.ts';
import { screenNames } from '../source/keys/screen-names.ts';
import { chartWindows } from './chart-window.ts';
import { initialView } from './view-state.ts';
import type { ViewState } from './view-state.ts';

type Kept = Pick<ViewState, 'screen' | 'sort' | 'filter' | 'window' | 'recent'>;

/** What of a view comes back in the next run. */
export function keptOf({ screen, sort, filter, window, recent }: ViewState): Kept & SavedView {
	return { screen, sort, filter, window, recent: [...recent] };
}

export function isSameKept(a: SavedView, b: SavedView): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}

/** The view to begin with: what was kept, as far as it still exists. */
export function restoredView(saved: SavedView = {}): ViewState {
	const { sort = initialView.sort, filter = '', recent = [] } = saved;
	return {
		...initialView,
		screen: screenNames.find((name) => name === saved.screen) ?? initialView.screen,
		window: chartWindows.find(({ name }) => name === saved.window)?.name ?? initialView.window,
		sort,
		filter,
		recent,
	};
}
