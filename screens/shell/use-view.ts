import { useMemo, useState } from 'react';
import { useStore } from '../../hooks/use-store.ts';
import { createStore } from '../../source/domain/store.ts';
import type { Store } from '../../source/domain/store.ts';
import type { Moment, NodeMoment } from '../../source/sections/moment.ts';
import { listAlerts } from '../alerts/alert-list.ts';
import type { AlertList } from '../alerts/alert-list.ts';
import { fleetColumns } from '../overview/fleet-columns.ts';
import { listNodes } from '../node-list.ts';
import { initialView, reduceView } from '../view-state.ts';
import type { ViewAction, ViewState } from '../view-state.ts';

/** A view, and what it shows of the moment. */
export interface Viewed {
	readonly view: ViewState;
	readonly listed: readonly NodeMoment[];
	readonly selected: NodeMoment | undefined;
	readonly alerts: AlertList;
}

export interface ViewControl {
	/** What this picture draws. */
	readonly viewed: Viewed;
	/**
	 * What the keys so far have made of it: keys come faster than pictures, and the second must not
	 * act on what the first has left.
	 */
	readonly current: () => Viewed;
	readonly dispatch: (action: ViewAction) => void;
}

/** The view state, and the lists that follow from it; each made anew only when what it is of changed. */
export function useView(
	{ nodes, alerts: everyAlert }: Moment,
	kept: Store<ViewState> | undefined,
): ViewControl {
	const [views] = useState(() => kept ?? createStore(initialView));
	const view = useStore(views, (each) => each);
	const { filter, sort, toggledRules } = view;
	const listed = useMemo(() => listNodes(nodes, filter, sort, fleetColumns), [nodes, filter, sort]);
	const alerts = useMemo(
		() => listAlerts(everyAlert, filter, toggledRules),
		[everyAlert, filter, toggledRules],
	);
	const viewed = { view, listed, alerts, selected: selectedOf(view, listed) };
	return {
		viewed,
		current() {
			const latest = views.getSnapshot();
			if (latest === view) return viewed;
			const nodesNow = listNodes(nodes, latest.filter, latest.sort, fleetColumns);
			return {
				view: latest,
				listed: nodesNow,
				selected: selectedOf(latest, nodesNow),
				alerts:
					latest.filter === filter && latest.toggledRules === toggledRules
						? alerts
						: listAlerts(everyAlert, latest.filter, latest.toggledRules),
			};
		},
		dispatch(action) {
			views.update((each) => reduceView(each, action));
		},
	};
}

function selectedOf(view: ViewState, listed: readonly NodeMoment[]): NodeMoment | undefined {
	return listed.find(({ snapshot }) => snapshot.target.name === view.selectedNode) ?? listed[0];
}
