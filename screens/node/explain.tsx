import { Box } from 'ink';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { fillLines, fit, line, wrap } from '../../components/line.ts';
import type { Answered } from '../../hooks/use-answer.ts';
import type { Look } from '../../components/look.ts';
import type { Tone } from '../../source/domain/tone.ts';
import { Panel } from '../../components/panel.tsx';
import type { DiagnosisInput, PathProbe } from '../../source/diagnosis/case.ts';
import { diagnose } from '../../source/diagnosis/diagnose.ts';
import type { Diagnosis, Finding } from '../../source/diagnosis/diagnose.ts';
import { replayTime } from '../../source/alerts/incident.ts';
import type { PastChanges } from '../../source/history/past.ts';
import type { NodeMoment } from '../../source/sections/moment.ts';
import { useBefore } from '../changes/use-changes.ts';
import { changeLines } from '../changes/change-lines.ts';
import { formatMs } from '../../source/domain/format.ts';
import type { ScreenProps } from '../frame.ts';
import { checkLines } from './check-lines.ts';
import { sectionFacts } from './facts.ts';
import { issueLines } from './issue-lines.ts';
import { leastTrendRows, Trends } from './trends.tsx';
import type { MeasurePath } from '../services.ts';
import type { Origin } from '../view-state.ts';

const labelWidth = 13;
/** How the node moved, where the reasons leave room: since when shows in it. */
const charted = ['consensus', 'network', 'resources', 'poll'] as const;
const places: Readonly<Record<Finding['place'], string>> = {
	node: 'the node',
	path: 'the path to it',
	us: 'this machine',
	chain: 'the whole network',
};
const verdicts: Readonly<Record<Diagnosis['verdict'], string>> = {
	found: '',
	healthy: 'no problem is visible from here',
	unexplained: 'there is a problem, but no known cause fits; see its alerts on the Alerts screen',
	notKnown: 'not polled yet',
};

interface Measured {
	readonly name: string;
	readonly path: PathProbe | undefined;
}

/** Why the selected node is as it is: the path is measured once, the rest follows the data. */
export function Explain(props: ScreenProps): ReactNode {
	const { look, width, height, selected, actions, past, view } = props;
	const name = selected?.snapshot.target.name;
	const measured = usePath(name, actions?.measurePath);
	const began = beganMs(view.origin, selected);
	const before = useBefore(past, began);
	if (!selected) return null;
	const diagnosis = diagnose(caseOf(props, selected, measured?.path));
	// What is not explained yet may be explained by the path.
	const isEarly = actions !== undefined && !measured && diagnosis.verdict === 'unexplained';
	const early = [look.paint('dim', fit('why is known when the path to it is measured…', width))];
	const isWell = diagnosis.verdict === 'healthy';
	const checked = isWell ? checkedLines(props, selected, measured?.path) : [];
	const lines = [
		'',
		...unexplainedLines(look, selected, diagnosis, width),
		...(isEarly ? early : diagnosisLines(look, diagnosis, width)),
		...checked,
		...beforeLines(look, before, name ?? '', width),
	];
	const rest = height - lines.length - 2;
	const chartRows = rest >= leastTrendRows ? rest : 0;
	return (
		<Box flexDirection="column">
			<Panel
				look={look}
				title={`Why: ${selected.snapshot.target.name}`}
				note={`${noteOf(measured, actions !== undefined)}Esc closes`}
				lines={fillLines(lines, width, height - 1 - chartRows)}
				width={width}
				height={height - chartRows}
			/>
			<Trends {...props} node={selected} sections={charted} height={chartRows} />
		</Box>
	);
}

/** What is wrong with the node, where no cause is certain: a guess may be about something lesser. */
export function unexplainedLines(
	look: Look,
	node: NodeMoment,
	{ findings: [first] }: Diagnosis,
	width: number,
): string[] {
	const { issues } = node.snapshot.health;
	const isKnown = first?.confidence === 'certain';
	if (isKnown || issues.every(({ severity }) => severity === 'info')) return [];
	return [...issueLines(look, node, width), ''];
}

/** When the alert that led here began, else the oldest of the node's findings; Unix ms. */
function beganMs(origin: Origin | undefined, node: NodeMoment | undefined): number | undefined {
	const begins = origin
		? [origin.at]
		: (node?.snapshot.health.issues ?? []).map(({ since }) => since);
	const [first] = begins.filter((since) => since !== undefined).toSorted();
	return first === undefined ? undefined : Date.parse(replayTime(first));
}

/** Changes of this node first; nothing where no history tells them. */
function beforeLines(
	look: Look,
	{ answer }: Answered<PastChanges>,
	name: string,
	width: number,
): string[] {
	if (!answer) return [];
	const own = answer.changes.filter(({ node }) => node === name);
	const others = answer.changes.filter(({ node }) => node !== name);
	const time = (atMs: number): string => new Date(atMs).toISOString().slice(11, 19);
	const title = `What changed from ${time(answer.fromMs)} to ${time(answer.untilMs)} UTC, before and as it began`;
	const lines = changeLines(look, [...own, ...others], width);
	return [
		'',
		look.paint('title', fit(title, width)),
		...(lines.length === 0 ? [look.paint('dim', fit('nothing', width))] : lines),
	];
}

/** What was looked at to find nothing wrong: the path, the node's figures, its network, and every check. */
function checkedLines(
	{ look, width, moment }: ScreenProps,
	{ snapshot }: NodeMoment,
	path: PathProbe | undefined,
): string[] {
	const group = moment.groups.find(({ nodes }) => nodes.includes(snapshot.target.name));
	const facts = (['poll', 'consensus', 'chain', 'dag', 'network', 'resources'] as const)
		.flatMap((name) => sectionFacts(snapshot, name, moment.atMs))
		.filter(({ priority }) => priority === 1)
		.map(({ label, value }) => `${label} ${value}`);
	const checks = checkLines(look, snapshot, width);
	const none = [look.paint('dim', fit('no scheduled check has run yet', width))];
	return [
		'',
		...labelled(look, 'Path', pathTexts(path), width),
		...labelled(look, 'Measured', [facts.join(' · ')], width),
		...labelled(look, 'Network', group ? [`${group.state}: ${group.message}`] : [], width),
		'',
		...(checks.length === 0 ? none : checks),
	];
}

function pathTexts(path: PathProbe | undefined): string[] {
	if (!path) return ['not measured'];
	const { connects, replies, isLoopback, clock } = path;
	const times = connects.flatMap((sample) => ('ms' in sample ? [sample.ms] : []));
	const first = replies.map(({ firstByteMs }) => firstByteMs);
	const best = (all: readonly number[]) => (all.length === 0 ? 'none' : formatMs(Math.min(...all)));
	return [
		`${times.length} of ${connects.length} connections made, the quickest in ${best(times)}; ` +
			`${replies.length} answers, the first byte after ${best(first)} at best` +
			(isLoopback ? '; on this machine' : ''),
		...(clock
			? [
					`its clock is off by ${formatMs(Math.abs(clock.offsetMs))} ± ${formatMs(clock.uncertaintyMs)}`,
				]
			: []),
	];
}

function noteOf(measured: Measured | undefined, isLive: boolean): string {
	if (!measured) return isLive ? 'measuring the path…  ' : 'paused: the path is not measured  ';
	return measured.path ? '' : 'the path is not measured  ';
}

/**
 * The path to a node, measured once when it is first shown; not known for another node. A view that is not
 * live measures nothing, and gives up a measurement under way: its picture stays as it is.
 */
function usePath(
	name: string | undefined,
	measurePath: MeasurePath | undefined,
): Measured | undefined {
	const [measured, setMeasured] = useState<Measured>();
	const isMeasured = name !== undefined && measured?.name === name;
	useEffect(() => {
		if (isMeasured || name === undefined || measurePath === undefined) return undefined;
		const closed = new AbortController();
		const measure = async () => {
			const path = await measurePath(name, closed.signal);
			if (!closed.signal.aborted) setMeasured({ name, path });
		};
		void measure();
		return () => {
			closed.abort();
		};
	}, [name, measurePath, isMeasured]);
	return isMeasured ? measured : undefined;
}

function caseOf(
	{ moment }: ScreenProps,
	{ snapshot, commandName }: NodeMoment,
	path: PathProbe | undefined,
): DiagnosisInput {
	const { nodes, groups, witness, atMs: nowMs } = moment;
	const fleet = nodes.map((node) => node.snapshot);
	const group = groups.find(({ nodes }) => nodes.includes(snapshot.target.name));
	return { node: snapshot, commandName, fleet, path, otherPaths: [], group, witness, nowMs };
}

/** The likeliest cause in full, the others in a line each. */
export function diagnosisLines(look: Look, diagnosis: Diagnosis, width: number): string[] {
	const [first, ...others] = diagnosis.findings;
	if (!first) {
		const tone = diagnosis.verdict === 'healthy' ? 'good' : 'warn';
		return [line(look, [[tone, verdicts[diagnosis.verdict]]], width)];
	}
	return [
		...wrap(first.title, width).map((text) => line(look, [['strong', text]], width)),
		'',
		...labelled(look, 'Where', [places[first.place]], width, 'accent'),
		...labelled(look, 'How sure', [first.confidence], width),
		...labelled(look, 'Because', first.for, width),
		...labelled(look, 'But', first.against, width, 'warn'),
		...labelled(look, 'Next', first.next, width),
		...labelled(look, 'Not so if', [first.disproof], width, 'label'),
		...(others.length === 0 ? [] : ['']),
		...labelled(
			look,
			'Also',
			others.map(({ title, confidence }) => `${confidence}: ${title}`),
			width,
			'label',
		),
	];
}

function labelled(
	look: Look,
	label: string,
	texts: readonly string[],
	width: number,
	tone: Tone = 'plain',
): string[] {
	const rows = texts.flatMap((text) => wrap(text, width - labelWidth));
	return rows.map((text, index) =>
		line(
			look,
			[
				['label', fit(index === 0 ? label : '', labelWidth)],
				[tone, text],
			],
			width,
		),
	);
}
