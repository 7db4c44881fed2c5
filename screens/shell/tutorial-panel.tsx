import type { ReactNode } from 'react';
import { line, wrap } from '../../components/line.ts';
import { Panel } from '../../components/panel.tsx';
import { stripControls } from '../../source/domain/clean.ts';
import type { ScreenProps } from '../frame.ts';
import { tutorialSteps } from './tutorial.ts';

const mostTextWidth = 110;

type TutorialProps = Pick<ScreenProps, 'look' | 'width' | 'view' | 'moment'>;

/** Rows of the step that is shown; 0 without a tutorial. */
export function tutorialHeight(props: TutorialProps): number {
	return props.view.tutorial === undefined ? 0 : tutorialLines(props).length + 1;
}

/** The step below the screen: what there is to see, what is still awaited, and what Enter does. */
export function TutorialPanel(props: TutorialProps & { readonly height: number }): ReactNode {
	const { look, width, height, view, moment } = props;
	const step = tutorialSteps[view.tutorial ?? 0];
	if (!step || height === 0) return null;
	return (
		<Panel
			look={look}
			title={`Tutorial, step ${(view.tutorial ?? 0) + 1} of ${tutorialSteps.length}: ${step.words(moment).title}`}
			note="Esc ends it"
			lines={tutorialLines(props)}
			width={width}
			height={height}
		/>
	);
}

function tutorialLines({ look, width, view, moment }: TutorialProps): string[] {
	const step = tutorialSteps[view.tutorial ?? 0];
	if (!step) return [];
	const { waitsFor, enter } = step;
	const { text: told } = step.words(moment);
	const text = wrap(stripControls(told), Math.min(mostTextWidth, width - 4)).map((part) =>
		line(look, [['plain', `  ${part}`]], width),
	);
	if (waitsFor && !waitsFor.isSeen(moment)) {
		return [...text, line(look, [['warn', `  waiting: ${waitsFor.what}…`]], width)];
	}
	const seen = waitsFor ? `${look.glyphs.level.ok} ${waitsFor.what}  ` : '';
	const spans = [
		['good', `  ${seen}`],
		['accent', 'Enter '],
		['strong', enter.text],
	] as const;
	return [...text, line(look, spans, width)];
}
