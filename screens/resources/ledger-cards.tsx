import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
import type { LabelledValue } from '../../components/fact-lines.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../source/domain/format.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { sectionFacts } from '../node/facts.ts';

interface Card {
	readonly title: string;
	readonly lines: readonly string[];
}

/** Rows of a card; where the column is high its facts stand one below the other, and none is cut. */
const mostLines = 8;
const mostLinesWhereHigh = 16;
const highFrom = 45;

/** The node's store and its state: what matters first, and what is normal dim. */
export function ledgerCards(
	look: Look,
	node: NodeMoment,
	nowMs: number,
	{ width, height }: { readonly width: number; readonly height: number },
): Card[] {
	const most = height < highFrom ? mostLines : mostLinesWhereHigh;
	const { snapshot } = node;
	const cards: readonly { title: string; facts: readonly LabelledValue[] }[] = [
		{ title: 'Database', facts: sectionFacts(snapshot, 'database', nowMs) },
		{
			title: 'State',
			facts: [
				...sectionFacts(snapshot, 'state', nowMs),
				...invalidFact(snapshot.state?.validationFailuresBy),
			],
		},
	];
	return cards
		.filter(({ facts }) => facts.length > 0)
		.map(({ title, facts }) => ({ title, lines: factLines(look, facts, width, most) }));
}

function invalidFact(counts: Readonly<Record<string, string | number>> = {}): LabelledValue[] {
	const reasons = Object.entries(counts)
		.filter(([, count]) => Number(count) > 0)
		.toSorted(([, a], [, b]) => Number(b) - Number(a))
		.map(([reason, count]) => `${formatCount(count)} ${reason}`);
	return reasons.length === 0
		? []
		: [{ label: 'Invalid by', value: reasons.slice(0, 3).join(', '), priority: 3 }];
}

/** With their headings. */
export function cardsHeight(cards: readonly Card[]): number {
	return cards.reduce((sum, { lines }) => sum + lines.length + 1, 0);
}

interface LedgerCardsProps {
	readonly look: Look;
	readonly cards: readonly Card[];
	readonly width: number;
	readonly height: number;
}

/** Draws the cards from the top; what finds no room is left out. */
export function LedgerCards({ look, cards, width, height }: LedgerCardsProps): ReactNode {
	return cards.map(({ title, lines }, index) => {
		const room = height - cardsHeight(cards.slice(0, index));
		return room < 2 ? null : (
			<Panel
				key={title}
				look={look}
				title={title}
				lines={lines}
				width={width}
				height={Math.min(lines.length + 1, room)}
			/>
		);
	});
}
