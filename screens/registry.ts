import { Alerts } from './alerts/alerts.tsx';
import { Consensus } from './consensus/consensus.tsx';
import { Dag } from './dag/dag.tsx';
import type { Screen } from './frame.ts';
import { Network } from './network/network.tsx';
import { Overview } from './overview/overview.tsx';
import { Resources } from './resources/resources.tsx';
import type { ScreenName } from './view-state.ts';

export type Screens = Readonly<
	Record<ScreenName, { readonly title: string; readonly render: Screen }>
>;

/** Every screen, in the order of its key. */
export const screens: Screens = {
	overview: { title: 'Overview', render: Overview },
	consensus: { title: 'Consensus', render: Consensus },
	dag: { title: 'DAG', render: Dag },
	network: { title: 'Network', render: Network },
	resources: { title: 'Resources', render: Resources },
	alerts: { title: 'Alerts', render: Alerts },
};
