import type { ScreenName } from '../source/keys/screen-names.ts';
import { Alerts } from './alerts/alerts.tsx';
import { Consensus } from './consensus/consensus.tsx';
import { Dag } from './dag/dag.tsx';
import type { Screen } from './frame.ts';
import { History } from './history/history.tsx';
import { Logs } from './logs/logs.tsx';
import { Network } from './network/network.tsx';
import { Overview } from './overview/overview.tsx';
import { Resources } from './resources/resources.tsx';
import { Storage } from './storage/storage.tsx';

export type Screens = Readonly<Record<ScreenName, Screen>>;

/** What draws each screen of `source/keys/screen-names.ts`. */
export const screens: Screens = {
	overview: Overview,
	consensus: Consensus,
	dag: Dag,
	network: Network,
	resources: Resources,
	alerts: Alerts,
	storage: Storage,
	logs: Logs,
	history: History,
};
