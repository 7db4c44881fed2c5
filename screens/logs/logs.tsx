import { Box } from 'ink';
import type { ReactNode } from 'react';
import { factLines } from '../../components/fact-lines.ts';
import { fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import type { Tone } from '../../source/domain/tone.ts';
import type { LogQuestion, ShownLine } from '../../source/lifecycle/shown.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import type { NodeSnapshot } from '../../source/sections/snapshot.ts';
import type { ScreenProps } from '../frame.ts';
import { sectionFacts } from '../node/facts.ts';
import { Seen } from './seen.tsx';

/** A live view asks for new lines so often. */
const refreshMs = 1000;
const cardRows = 5;
/** On less the lines have all of it. */
const leastHeight = 14;

/** What a node that nodetop runs wrote, up to the moment that is shown, below its process. */
export function Logs(props: ScreenProps): ReactNode {
	const { look, width, height, selected, moment, view, logs } = props;
	const node = selected?.snapshot.target.name;
	const { process } = selected?.snapshot ?? {};
	const hasCard = process !== undefined && height >= leastHeight;
	const rows = height - (hasCard ? cardRows : 0) - 1;
	const offset = view.offsets.logs ?? 0;
	const untilMs = Math.ceil(moment.atMs / refreshMs) * refreshMs;
	const question: LogQuestion = { node: node ?? '', untilMs, count: rows + offset };
	const { answer, problem } = useAnswer(logs, question);
	const shown = answer?.slice(0, Math.max(0, answer.length - offset)).slice(-rows) ?? [];
	const lines = shown.map((each) => lineText(look, each, width));
	const note = noteFor(answer, problem, selected);
	const text = note === undefined ? lines : noteLines(look, note, width);
	const logHeight = height - (hasCard ? cardRows : 0);
	// There is no log at all, and none to come.
	const isAbsent = node !== undefined && problem === undefined && answer === undefined;
	const textHeight = isAbsent ? Math.min(logHeight, text.length + 2) : logHeight;
	return (
		<Box flexDirection="column">
			{hasCard ? (
				<Panel
					look={look}
					title={`${node ?? ''}: process`}
					note={process.supervisor === 'nodetop' ? ': start, restart, stop' : undefined}
					lines={cardLines(props, width)}
					width={width}
					height={cardRows}
				/>
			) : null}
			<Panel
				look={look}
				title={node === undefined ? 'Logs' : `${node}: log`}
				note={
					isAbsent
						? undefined
						: offset > 0
							? `${offset} lines back  G to the newest`
							: 'k earlier  nodetop logs -f searches'
				}
				lines={text}
				width={width}
				height={textHeight}
			/>
			{isAbsent ? <Seen {...props} node={node} height={logHeight - textHeight} /> : null}
		</Box>
	);
}

/** Its facts, in as many columns as they need. */
function cardLines({ look, selected, moment }: ScreenProps, width: number): string[] {
	const facts = selected ? sectionFacts(selected.snapshot, 'process', moment.atMs) : [];
	return factLines(look, facts, width, cardRows - 1);
}

function noteLines(look: Look, note: string, width: number): string[] {
	return ['', ...wrap(note, width)].map((text) => look.paint('dim', fit(text, width)));
}

function noteFor(
	answer: readonly ShownLine[] | undefined,
	problem: string | undefined,
	selected: ScreenProps['selected'],
): string | undefined {
	if (!selected) return 'no node is selected';
	if (problem !== undefined) return problem;
	if (answer === undefined) return absentNote(selected.snapshot);
	return answer.length === 0 ? 'it has written nothing yet' : undefined;
}

function absentNote({ target: { name }, transfers }: NodeSnapshot): string {
	const counted = transfers ? ' What its log says of transfers is counted on Storage (7).' : '';
	return `nodetop does not run ${name} on this machine, so it keeps no log of it.${counted} nodetop start -- COMMAND… runs a node and keeps its log; it then shows here, with its restarts.`;
}

const tones: Readonly<Record<string, Tone>> = {
	crit: 'bad',
	error: 'bad',
	warn: 'warn',
	debug: 'dim',
	trace: 'dim',
};
const timeWidth = 9;

/** `03:04:05 text`, in the tone of its level; a bar marks the error stream. */
function lineText(look: Look, { at, stream, text, level }: ShownLine, width: number): string {
	const mark = stream === 'stderr' ? '! ' : '  ';
	return line(
		look,
		[
			['dim', at.slice(11, 19).padEnd(timeWidth)],
			['dim', mark],
			[tones[level ?? ''] ?? 'plain', text],
		],
		width,
	);
}
