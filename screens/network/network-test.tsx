import { Box } from 'ink';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { barLines } from '../../components/charts/bars.ts';
import type { Bar } from '../../components/charts/bars.ts';
import { fillLines, fit, line, wrap } from '../../components/line.ts';
import type { Look } from '../../components/look.ts';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../source/domain/format.ts';
import {
	preciseMs,
	sampleText,
	spreadsOf,
	summaryFactsOf,
} from '../../source/network-tests/result-text.ts';
import type { NamedSpread } from '../../source/network-tests/result-text.ts';
import type { Bucket, Sample, Summary } from '../../source/network-tests/results.ts';
import type {
	KeyTest,
	RunScreenTest,
	ScreenTestEnd,
} from '../../source/network-tests/screen-test.ts';
import type { Tone } from '../../source/domain/tone.ts';
import type { ScreenProps } from '../frame.ts';
import { Trends } from '../node/trends.tsx';

const labelWidth = 15;
const gap = 2;
/** From here on the spread stands beside the figures, below which charts of the node have room. */
const wideFrom = 112;
const sideWidth = 44;
/** Rows of a test that runs, so that charts below it stay where they are; and of the charts. */
const leastRowsOf: Readonly<Record<KeyTest, number>> = {
	ping: 20,
	bandwidth: 6,
	traceroute: 20,
	connectivity: 10,
};
const leastChartRows = 9;
/** Older samples are dropped: the summary counts them all. */
const mostSamples = 200;

interface Run {
	/** What the results are of; others are not shown under it. */
	readonly key: string;
	readonly samples: readonly Sample[];
	readonly end: ScreenTestEnd | undefined;
}

/** A test of the selected node, live; leaving the panel ends it. */
export function NetworkTest(props: ScreenProps): ReactNode {
	const { look, width, height, selected, view, actions } = props;
	const overlay = view.overlay.kind === 'test' ? view.overlay : undefined;
	const start = useFirst(actions?.runNetworkTest);
	const run = useTest(selected?.snapshot.target.name, overlay, start);
	if (!selected || !overlay) return null;
	const isWide = width >= wideFrom;
	const side =
		run?.end?.kind === 'ended' && isWide ? spreadLines(look, run.end.summary, sideWidth) : [];
	const left = side.length === 0 ? width : width - sideWidth - gap;
	const lines = run?.end ? endLines(look, run.end, left, isWide ? 0 : height - 1) : [];
	const least = hasNoSamples(run) ? 0 : leastRowsOf[overlay.test];
	const needed = Math.max(least, lines.length + (run?.samples.length ?? 0) + 2);
	const rows = height - needed >= leastChartRows ? needed : height;
	const sampleRoom = Math.max(1, rows - 2 - lines.length);
	const samples = (run?.samples ?? [])
		.slice(-sampleRoom)
		.map((sample) => line(look, [[toneOfSample(sample), sampleText(sample)]], left));
	return (
		<Box flexDirection="column">
			<Box>
				<Panel
					look={look}
					title={`${titles[overlay.test]}: ${selected.snapshot.target.name}`}
					note={noteOf(run, start !== undefined)}
					lines={fillLines([...lines, ...samples], left, rows - 1)}
					width={left}
					height={rows}
				/>
				{side.length === 0 ? null : (
					<Box marginLeft={gap}>
						<Panel
							look={look}
							title="How they spread"
							lines={side}
							width={sideWidth}
							height={rows}
						/>
					</Box>
				)}
			</Box>
			{rows < height ? (
				<Trends
					{...props}
					node={selected}
					sections={['poll', 'network']}
					subject={selected.snapshot.target.name}
					height={height - rows}
				/>
			) : null}
		</Box>
	);
}

/** A refusal, a question and what cannot be measured have no samples to come. */
function hasNoSamples(run: Run | undefined): boolean {
	if (!run?.end) return false;
	return run.end.kind !== 'ended' || run.end.summary.reason !== undefined;
}

/** What failed, one by one, is quiet: the answer above says it once. */
function toneOfSample(sample: Sample): Tone {
	if (sample.test === 'ping')
		return sample.lost ? 'warn' : sample.error === undefined ? 'plain' : 'label';
	if (sample.test === 'connectivity' && sample.isReachable === false) return 'warn';
	return 'plain';
}

function noteOf(run: Run | undefined, hasStarted: boolean): string {
	if (!hasStarted) return 'paused: p starts it  Esc closes';
	return run?.end === undefined ? 'running…  Esc cancels' : 'Esc closes';
}

/** The first value that was defined: a test that was started goes on when the view is paused. */
function useFirst<Value extends object>(value: Value | undefined): Value | undefined {
	const [first, setFirst] = useState<{ readonly value: Value }>();
	if (first === undefined && value !== undefined) setFirst({ value });
	return first?.value ?? value;
}

const titles: Readonly<Record<KeyTest, string>> = {
	ping: 'Ping',
	bandwidth: 'Bandwidth',
	traceroute: 'Traceroute',
	connectivity: 'Connectivity',
};

interface Asked {
	readonly test: KeyTest;
	readonly enters: number;
	/** Another press of the key runs it again. */
	readonly run: number;
}

function useTest(
	node: string | undefined,
	asked: Asked | undefined,
	start: RunScreenTest | undefined,
): Run | undefined {
	const [shown, setShown] = useState<Run>();
	const [confirmed, setConfirmed] = useState<string>();
	const { test, enters = 0, run = 0 } = asked ?? {};
	const key = `${node}/${test}/${run}`;
	const isConfirmed = confirmed === key;
	const isAsking = useRef(false);
	useEffect(() => {
		// An Enter that came before the question is no answer to it.
		if (enters > 0 && isAsking.current) setConfirmed(key);
	}, [enters, key]);
	useEffect(() => {
		if (node === undefined || test === undefined || start === undefined) return undefined;
		const closed = new AbortController();
		const { signal } = closed;
		let samples: readonly Sample[] = [];
		const show = (end: ScreenTestEnd | undefined) => {
			if (signal.aborted) return;
			isAsking.current = end?.kind === 'question';
			setShown({ key, samples, end });
		};
		const onSample = (sample: Sample) => {
			samples = [...samples, sample].slice(-mostSamples);
			show(undefined);
		};
		const go = async () => {
			show(await start({ node, test, isConfirmed, signal, onSample }));
		};
		void go();
		return () => {
			isAsking.current = false;
			closed.abort();
		};
	}, [key, node, test, isConfirmed, start]);
	return shown?.key === key ? shown : undefined;
}

function endLines(look: Look, end: ScreenTestEnd, width: number, room: number): string[] {
	if (end.kind === 'ended') return [...summaryLines(look, end.summary, width, room), ''];
	if (end.kind === 'question') {
		const text = `This is ${end.question}. Enter goes on, Esc does not.`;
		return wrap(text, width).map((each) => look.paint('warn', fit(each, width)));
	}
	return [
		...wrap(end.message, width).map((text) => look.paint('warn', fit(text, width))),
		...end.nextSteps.map((step) => look.paint('label', fit(`→ ${step}`, width))),
	];
}

/** The answer, the figures, and how they spread where that fits whole. */
function summaryLines(look: Look, summary: Summary, width: number, room: number): string[] {
	const answer = answerOf(summary);
	const head = answer
		? wrap(answer.text, width).map((text) => look.paint(answer.tone, fit(text, width)))
		: [];
	const spreads = spreadsOf(summary);
	const told = new Set(spreads.map(({ label }) => label));
	const others = summaryFactsOf(summary).filter(({ label }) => !told.has(label));
	const figures = others.flatMap(({ label, value }) =>
		wrap(value, width - labelWidth).map((text, index) =>
			line(
				look,
				[
					['label', fit(index === 0 ? label : '', labelWidth - 1)],
					['plain', ` ${text}`],
				],
				width,
			),
		),
	);
	const facts = [...figures, ...spreadTable(look, spreads, width)];
	const bars = spreadLines(look, summary, Math.min(width, mostBarWidth));
	const hasRoom = bars.length > 0 && head.length + facts.length + 1 + bars.length <= room;
	return [...head, ...facts, ...(hasRoom ? ['', ...bars] : [])];
}

/** What tells most of how times spread first: where it is narrow the others are left out. */
const spreadColumns = ['p50', 'p99', 'min', 'max', 'avg', 'p95'] as const;
const columnOrder = ['min', 'avg', 'p50', 'p95', 'p99', 'max'] as const;
const leastColumn = 9;
const mostColumn = 11;

/** A row for each time, a column for each figure. */
function spreadTable(look: Look, spreads: readonly NamedSpread[], width: number): string[] {
	if (spreads.length === 0) return [];
	const room = width - labelWidth;
	const kept = new Set<string>(spreadColumns.slice(0, Math.max(1, Math.floor(room / leastColumn))));
	const names = columnOrder.filter((name) => kept.has(name));
	const cells = Math.min(mostColumn, Math.floor(room / names.length));
	const head = names.map((name) => fit(name, cells, 'right')).join('');
	return [
		'',
		line(look, [['label', fit('', labelWidth) + head]], width),
		...spreads.map(({ label, spread }) =>
			line(
				look,
				[
					['label', fit(label, labelWidth)],
					...names.map((name) => {
						const tone = name === 'p50' ? 'strong' : 'plain';
						return [tone, fit(preciseMs(spread[name]), cells, 'right')] as const;
					}),
				],
				width,
			),
		),
	];
}

/** How many took how long; nothing where all took the same, or none answered. */
function spreadLines(look: Look, summary: Summary, width: number): string[] {
	const buckets = 'histogram' in summary ? (summary.histogram ?? []) : [];
	return buckets.length > 1 ? barLines(look, buckets.map(barOfBucket), width) : [];
}

/** A ping in one sentence. */
function answerOf(summary: Summary): { readonly tone: Tone; readonly text: string } | undefined {
	if (summary.test !== 'ping' || summary.reason !== undefined) return undefined;
	const { sent = 0, lost = 0, refused = 0, totalMs, connectMs } = summary;
	if (sent === 0) return undefined;
	if (refused > 0) {
		const text = `${refused} of ${sent} refused: its host answers, but nothing listens at the port`;
		return { tone: 'bad', text };
	}
	if (lost > 0) return { tone: lost === sent ? 'bad' : 'warn', text: `${lost} of ${sent} lost` };
	const typical = (totalMs ?? connectMs)?.p50;
	const time = typical === undefined ? '' : `, typically within ${preciseMs(typical)}`;
	return { tone: 'good', text: `all ${sent} answered${time}` };
}

const mostBarWidth = 80;

function barOfBucket({ upToMs, count }: Bucket): Bar {
	return { label: preciseMs(upToMs), value: count, text: formatCount(count) };
}
