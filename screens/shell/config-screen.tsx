import type { ReactNode } from 'react';
import { fit, line, wrap } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { useStore } from '../../hooks/use-store.ts';
import type { ShownConfig } from '../../source/domain/setup.ts';
import type { ScreenProps } from '../frame.ts';
import type { Overlay } from '../overlay.ts';
import { windowStart } from '../window-start.ts';

export type ConfigOverlay = Extract<Overlay, { kind: 'config' }>;

/** The values of the configuration file; the one that is edited; or what a change does to the file. */
export function ConfigScreen(props: ScreenProps & { readonly overlay: ConfigOverlay }): ReactNode {
	const { look, width, height, setup, overlay } = props;
	const { config } = useStore(setup.state, (state) => state);
	const { proposal } = config ?? {};
	const lines = !config
		? [look.paint('dim', fit('  reading the configuration…', width))]
		: overlay.isProposed && proposal
			? proposalLines(props, proposal)
			: rowLines(props, config);
	return (
		<Panel
			look={look}
			title={config?.file ?? 'Configuration'}
			note={
				overlay.isProposed ? 'not written yet' : `${config?.rows.length ?? 0} values  Esc closes`
			}
			lines={lines}
			width={width}
			height={height}
		/>
	);
}

function rowLines(
	{ look, width, height, overlay }: ScreenProps & { readonly overlay: ConfigOverlay },
	{ rows }: ShownConfig,
): string[] {
	const chosen = Math.min(overlay.row, rows.length);
	const nameWidth = Math.min(Math.max(20, ...rows.map(({ path }) => path.length)), width >> 1);
	const first = windowStart(chosen, height - 1, rows.length + 1);
	const all = [...rows, { path: '+ another value', value: '' }];
	return all.slice(first, first + height - 1).map(({ path, value }, index) => {
		const isChosen = first + index === chosen;
		return line(
			look,
			[
				['accent', isChosen ? `${look.glyphs.cursor} ` : '  '],
				[isChosen ? 'strong' : 'label', fit(path, nameWidth)],
				['plain', `  ${value}`],
			],
			width,
		);
	});
}

function proposalLines(
	{ look, width, overlay }: ScreenProps & { readonly overlay: ConfigOverlay },
	{ diff, problem }: NonNullable<ShownConfig['proposal']>,
): string[] {
	const head = ['', line(look, [['strong', `  ${overlay.line ?? ''}`]], width), ''];
	if (problem !== undefined) {
		return [
			...head,
			...wrap(problem, width - 4).map((text) => line(look, [['bad', `  ${text}`]], width)),
		];
	}
	const tones = { '-': 'bad', '+': 'good', ' ': 'dim', '(': 'dim' } as const;
	const toneOf = (text: string) => tones[text.charAt(0) as keyof typeof tones];
	return [...head, ...diff.map((text) => line(look, [[toneOf(text), `  ${text}`]], width))];
}

/** What the keys do there, for the footer. */
export function configKeys({ line: edited, isProposed }: ConfigOverlay): string {
	if (isProposed) return ' Enter writes it, or goes back to a line that is wrong  Esc gives it up';
	return edited === undefined
		? ' ↑ ↓ choose  Enter edits  Esc closes'
		: ` ${edited}▏  Enter shows the difference; without a value it removes`;
}
