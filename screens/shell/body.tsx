import type { ReactNode } from 'react';
import { Silences } from '../alerts/silences.tsx';
import { Changes } from '../changes/changes.tsx';
import type { ChangesProps } from '../changes/changes.tsx';
import type { ScreenProps } from '../frame.ts';
import { NetworkTest } from '../network/network-test.tsx';
import { Explain } from '../node/explain.tsx';
import { NodeDetail } from '../node/node-detail.tsx';
import type { Screens } from '../registry.ts';
import { Maximised } from '../regions.tsx';
import { ConfirmProcess } from '../process/confirm-process.tsx';
import { AddNode } from './add-node.tsx';
import { ConfigScreen } from './config-screen.tsx';
import { Help } from './help.tsx';
import { Palette } from './palette.tsx';

/** What lies over the screen, else the screen itself. */
export function Body({
	screens,
	onChangesEnd,
	...props
}: ScreenProps & Pick<ChangesProps, 'onChangesEnd'> & { readonly screens: Screens }): ReactNode {
	const { view } = props;
	const Screen = screens[view.screen];
	if (view.overlay.kind === 'help') return <Help {...props} offset={view.overlay.offset} />;
	if (view.overlay.kind === 'palette') return <Palette {...props} />;
	if (view.overlay.kind === 'process') return <ConfirmProcess {...props} />;
	if (view.overlay.kind === 'config') return <ConfigScreen {...props} overlay={view.overlay} />;
	if (view.overlay.kind === 'addNode') return <AddNode {...props} row={view.overlay.row} />;
	if (view.overlay.kind === 'silences') return <Silences {...props} />;
	if (view.overlay.kind === 'changes')
		return <Changes {...props} {...view.overlay} onChangesEnd={onChangesEnd} />;
	if (view.overlay.kind === 'explain' && props.selected) return <Explain {...props} />;
	if (view.overlay.kind === 'test' && props.selected) return <NetworkTest {...props} />;
	if (view.overlay.kind === 'node' && props.selected) return <NodeDetail {...props} />;
	const screen = <Screen {...props} />;
	return view.isMaximised ? <Maximised {...props}>{screen}</Maximised> : screen;
}
