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
	return all.slice(first, first + height - 1).map(({ path, value }, index, shown) => {
		const isChosen = first + index === chosen;
		const repeated = isChosen ? 0 : repeatedLength(path, shown[index - 1]?.path);
		const [parent, own] = [path.slice(0, repeated), path.slice(repeated)];
		return line(
			look,
			[
				['accent', isChosen ? `${look.glyphs.cursor} ` : '  '],
				['plain', ' '.repeat(parent.length)],
				[isChosen ? 'strong' : 'label', fit(own, nameWidth - parent.length)],
				['plain', `  ${value}`],
			],
			width,
		);
	});
}

/** How much of a path stands in the line above already: it is left blank, so that what belongs together shows. */
function repeatedLength(path: string, above: string | undefined): number {
	const parent = path.slice(0, path.lastIndexOf('.') + 1);
	return above?.startsWith(parent) === true ? parent.length : 0;
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
