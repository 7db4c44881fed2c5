import { Box, useApp, useWindowSize } from 'ink';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { fillLines, fit } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import type { Look } from '../../components/look.ts';
import { useCommands } from '../../hooks/use-commands.ts';
import type { Edit } from '../../hooks/use-commands.ts';
import { useStore } from '../../hooks/use-store.ts';
import type { ReadableStore } from '../../source/domain/store.ts';
import type { FleetState } from '../../source/fleet/fleet.ts';
import type { Frame } from '../../source/frames/frame-gate.ts';
import type { CommandName } from '../../source/keys/keymap.ts';
import { countFiring } from '../alerts/alert-list.ts';
import { createCommandHandler } from './commands.ts';
import type { Controls } from './commands.ts';
import { Explain } from '../node/explain.tsx';
import type { ScreenProps } from '../frame.ts';
import { Footer, Header, Tabs } from './frame-bars.tsx';
import { Help, helpLines } from './help.tsx';
import { NetworkTest } from '../network/network-test.tsx';
import { Palette, paletteEntries } from './palette.tsx';
import { NodeDetail } from '../node/node-detail.tsx';
import { Silences } from '../alerts/silences.tsx';
import type { Screens } from '../registry.ts';
import type { Services } from '../services.ts';
import { useView } from './use-view.ts';
import type { Overlay } from '../view-state.ts';

export const smallestWidth = 60;
export const smallestHeight = 16;

export interface ShellProps {
	readonly frames: ReadableStore<Frame<FleetState>>;
	readonly controls: Controls;
	readonly screens: Screens;
	readonly look: Look;
	readonly profile: string;
	readonly intervalMs: number;
	readonly services: Services;
	readonly hint: string | undefined;
}

/** The whole picture: header, tabs, the screen, footer; and the one reducer of what keys change. */
export function Shell(props: ShellProps): ReactNode {
	const { frames, controls, screens, look, services } = props;
	const { columns: width, rows } = useWindowSize();
	const { suspendTerminal } = useApp();
	const frame = useStore(frames, (state) => state);
	const alerting = useStore(services.alerting, (state) => state);
	const { viewed, current, dispatch } = useView(frame.state);
	const { view, everyAlert, alerts, listed, selected } = viewed;
	const [intervalMs, setIntervalMs] = useState(props.intervalMs);
	const all = frame.state.nodes;
	const alertCounts = useMemo(() => countFiring(everyAlert), [everyAlert]);
	const hasHint = props.hint !== undefined && all.length > 0;
	const height = rows - (hasHint ? 4 : 3);

	const onCommand = (command: CommandName): void => {
		createCommandHandler({
			...current(),
			dispatch,
			controls,
			suspendTerminal,
			all,
			groups: frame.state.groups,
			witness: frame.state.witness,
			alerting,
			nowMs: frame.nowMs,
			helpRows:
				view.overlay.kind === 'help' ? helpLines(look, view.screen, width, height).length : 0,
			bodyRows: height - 1,
			pageRows: Math.max(2, Math.floor(height / 4)),
			isPaused: frame.isPaused,
			intervalMs,
			setIntervalMs,
		})(command);
	};
	const onPaletteEdit = (edit: Edit): void => {
		const { overlay } = current().view;
		if (overlay.kind !== 'palette') return;
		const [entry] = edit.type === 'accept' ? paletteEntries(overlay.text, all) : [];
		dispatch({ type: 'editPalette', edit });
		if (entry && 'node' in entry) dispatch({ type: 'selectNode', name: entry.node });
		else if (entry) onCommand(entry.command);
	};
	const editors: Partial<Record<Overlay['kind'], (edit: Edit) => void>> = {
		palette: onPaletteEdit,
		filter: (edit) => {
			dispatch({ type: 'editFilter', edit });
		},
	};
	useCommands({ onCommand, onEdit: editors[view.overlay.kind] });

	if (width < smallestWidth || rows < smallestHeight)
		return <TooSmall look={look} width={width} rows={rows} />;
	const screenProps: ScreenProps = {
		look,
		width,
		height,
		nowMs: frame.nowMs,
		all,
		groups: frame.state.groups,
		witness: frame.state.witness,
		alerts,
		everyAlert,
		listed,
		selected,
		view,
		alerting,
		services,
		hint: props.hint,
	};
	return (
		<Box flexDirection="column" width={width} height={rows}>
			<Header
				look={look}
				width={width}
				profile={props.profile}
				nodes={all}
				nowMs={frame.nowMs}
				pausedSeconds={frame.isPaused ? (frame.nowMs - frame.stateAtMs) / 1000 : undefined}
				intervalMs={intervalMs}
			/>
			<Tabs
				look={look}
				width={width}
				screens={screens}
				view={view}
				alertCounts={alertCounts}
				hasAlertProblems={alerting.problems.length > 0}
			/>
			<Box height={height} flexShrink={0} overflow="hidden">
				<Body {...screenProps} screens={screens} />
			</Box>
			{hasHint ? (
				<Lines text={hintLine(look, props.hint ?? '', width)} width={width} height={1} />
			) : null}
			<Footer look={look} width={width} view={view} />
		</Box>
	);
}

function hintLine(look: Look, hint: string, width: number): string {
	return look.paint('warn', fit(` ${hint}`, width));
}

function Body({ screens, ...props }: ScreenProps & { readonly screens: Screens }): ReactNode {
	const { view } = props;
	const { title, render: Screen } = screens[view.screen];
	if (view.overlay.kind === 'help')
		return <Help {...props} title={title} offset={view.overlay.offset} />;
	if (view.overlay.kind === 'palette') return <Palette {...props} />;
	if (view.overlay.kind === 'silences') return <Silences {...props} />;
	if (view.overlay.kind === 'explain' && props.selected) return <Explain {...props} />;
	if (view.overlay.kind === 'test' && props.selected) return <NetworkTest {...props} />;
	if (view.overlay.kind === 'node' && props.selected) return <NodeDetail {...props} />;
	return <Screen {...props} />;
}

function TooSmall({
	look,
	width,
	rows,
}: {
	readonly look: Look;
	readonly width: number;
	readonly rows: number;
}): ReactNode {
	const lines = [
		look.paint('warn', fit(`${width}×${rows} is too small`, width)),
		look.paint('plain', fit(`nodetop needs ${smallestWidth}×${smallestHeight}`, width)),
		look.paint('dim', fit('q quits', width)),
	];
	return <Lines text={fillLines(lines, width, rows).join('\n')} width={width} height={rows} />;
}
