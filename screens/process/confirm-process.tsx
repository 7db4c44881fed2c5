import type { ReactNode } from 'react';
import { fit, line } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import type { ProcessAction } from '../../source/lifecycle/shown.ts';
import type { ScreenProps } from '../frame.ts';

const titles: Readonly<Record<ProcessAction, string>> = {
	start: 'Start the process',
	restart: 'Restart the process',
	stop: 'Stop the process',
};

const effects: Readonly<Record<ProcessAction, string>> = {
	start: 'It is started with the arguments of before.',
	restart: 'One SIGTERM; it is started again when it has ended, which can take minutes.',
	stop: 'One SIGTERM; it stays stopped until somebody starts it.',
};

/** Asks for the name of the node before something happens to its process. */
export function ConfirmProcess({ look, width, height, view }: ScreenProps): ReactNode {
	if (view.overlay.kind !== 'process') return null;
	const { action, node, text } = view.overlay;
	return (
		<Panel
			look={look}
			title={`${titles[action]} of ${node}`}
			note="Esc closes"
			lines={[
				fit(` ${effects[action]}`, width),
				'',
				line(
					look,
					[
						['label', ` Type ${node} and press Enter: `],
						['strong', `${text}${look.glyphs.cursor}`],
					],
					width,
				),
			]}
			width={width}
			height={height}
		/>
	);
}
