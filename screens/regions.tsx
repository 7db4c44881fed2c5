import type { ReactNode } from 'react';
import { Region } from '../components/region.tsx';
import type { ScreenName } from '../source/keys/screen-names.ts';
import { alertRegions } from './alerts/alerts.tsx';
import { consensusRegions } from './consensus/consensus.tsx';
import { dagRegions } from './dag/dag.tsx';
import type { ScreenProps, ScreenRegion } from './frame.ts';
import { networkRegions } from './network/network.tsx';
import { overviewRegions } from './overview/overview.tsx';
import { resourcesRegions } from './resources/resources.tsx';

/** The parts of each screen that Tab goes through and that `e` maximises. A screen without any is one panel. */
const regionsOfScreen: Readonly<Partial<Record<ScreenName, readonly ScreenRegion[]>>> = {
	overview: overviewRegions,
	consensus: consensusRegions,
	dag: dagRegions,
	network: networkRegions,
	resources: resourcesRegions,
	alerts: alertRegions,
};

type RegionProps = Pick<ScreenProps, 'view' | 'moment' | 'selected' | 'alerts'>;

/** Those that have something to show now. */
export function shownRegions(props: RegionProps): readonly ScreenRegion[] {
	const regions = regionsOfScreen[props.view.screen] ?? [];
	return regions.filter(({ isShown }) => isShown?.(props) ?? true);
}

/** The region that has the focus: the first one until a key moves it. */
export function focusedRegion(props: RegionProps): ScreenRegion | undefined {
	const regions = shownRegions(props);
	return regions.find(({ id }) => id === props.view.focus) ?? regions[0];
}

/** The region after the one that has the focus; the first key only shows which one has it. */
export function nextRegion(props: RegionProps): ScreenRegion | undefined {
	const regions = shownRegions(props);
	const at = regions.findIndex(({ id }) => id === props.view.focus);
	const from = at < 0 && props.view.isMaximised ? 0 : at;
	return regions[(from + 1) % Math.max(1, regions.length)];
}

/** The focused region over the whole screen; the screen itself where it has no regions. */
export function Maximised(props: ScreenProps & { readonly children: ReactNode }): ReactNode {
	const region = focusedRegion(props);
	return region ? <Region isFocused>{region.draw(props)}</Region> : props.children;
}
