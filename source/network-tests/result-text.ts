import { formatCount, formatMs, formatRate, formatBytes, formatRatio } from '../domain/format.ts';
import { socketWords } from '../domain/socket-words.ts';
import { lateCode } from './exchange.ts';
import type { Bucket, Sample, SampleOf, Spread, Summary, SummaryOf, TestName } from './results.ts';

/** A figure of a summary: its label, and its value with its unit. */
export interface ResultFact {
	readonly label: string;
	readonly value: string;
}

const sampleTexts: { readonly [Name in TestName]: (sample: SampleOf<Name>) => string } = {
	ping: ({ seq, connectMs, tlsMs, firstByteMs, totalMs, lost, error }) =>
		join([
			`#${seq + 1}`.padEnd(4),
			time('connect', connectMs),
			time('TLS', tlsMs),
			time('first byte', firstByteMs),
			time('total', totalMs),
			lost ? 'LOST' : undefined,
			wordsOf(error),
		]),
	latency: ({ seq, totalMs, error }) =>
		join([`#${seq + 1}`.padEnd(4), time('reply', totalMs), wordsOf(error)]),
	bandwidth: ({ direction, bytes, bytesPerSecond }) =>
		join([direction, formatBytes(bytes), formatRate(bytesPerSecond)]),
	traceroute: ({ hop, address, rttMs, lostProbes }) =>
		join([
			String(hop).padStart(2),
			address ?? '*',
			...rttMs.map(columnMs),
			lostProbes > 0 ? `${lostProbes} lost` : undefined,
		]),
	routing: ({ hop, from, to, rttMs }) =>
		join([String(hop).padStart(2), `${from} → ${to}`, time('round trip', rttMs)]),
	connectivity: ({ peer, address, isReachable, connectMs, reason }) =>
		join([
			isReachable === true ? 'reached' : isReachable === false ? 'NOT REACHED' : 'not dialled',
			peer.length > 24 ? `${peer.slice(0, 20)}…` : peer,
			address,
			time('connect', connectMs),
			reason,
		]),
	stress: ({ elapsedMs, sent, completed, failed, inFlight, p99Ms }) =>
		join([
			formatMs(elapsedMs),
			`sent ${formatCount(sent)}`,
			`completed ${formatCount(completed)}`,
			`failed ${formatCount(failed)}`,
			`waiting ${formatCount(inFlight)}`,
			time('p99', p99Ms),
		]),
};

/** Words for why a sample has no times. */
function wordsOf(error: string | undefined): string | undefined {
	if (error === undefined) return undefined;
	return error === lateCode ? 'not counted: this machine was too busy' : socketWords(error);
}

/** One sample in one line. */
export function sampleText(sample: Sample): string {
	// Each entry of the table takes the samples of its own test.
	const text = sampleTexts[sample.test] as (each: Sample) => string;
	return text(sample);
}

const summaryFacts: { readonly [Name in TestName]: (summary: SummaryOf<Name>) => ResultFact[] } = {
	ping: (summary) => [
		...fact('Sent', summary.sent, formatCount),
		...fact('Loss', summary.lossRatio, (ratio) => lossText(ratio, summary)),
		...lateFact(summary.late),
		...fact('Refused', summary.refused === 0 ? undefined : summary.refused, formatCount),
		...fact('Name', summary.dnsMs, formatMs),
		...fact('Connect', summary.connectMs, spreadText),
		...fact('TLS', summary.tlsMs, spreadText),
		...fact('First byte', summary.firstByteMs, spreadText),
		...fact('Total', summary.totalMs, spreadText),
		...fact('Jitter', summary.jitterMs, formatMs),
	],
	latency: (summary) => [
		...fact('First reply', summary.connectMs, formatMs),
		...fact('Replies', summary.totalMs, spreadText),
		...fact('p99.9', summary.totalMs?.p999, formatMs),
		...fact('Jitter', summary.jitterMs, formatMs),
		...fact('Failed', summary.failed, formatCount),
		...lateFact(summary.late),
	],
	bandwidth: ({ download, upload }) => [
		...fact('Download', download, transferText),
		...fact('Upload', upload, transferText),
	],
	traceroute: ({ tool, hops, isReached, route }) => [
		...fact('Hops', hops, formatCount),
		...fact('Reached', isReached, (reached) =>
			reached ? 'yes' : 'no: the last hops do not answer',
		),
		...fact('Tool', tool, String),
		...fact('Route', route, (hosts) => hosts.join(' ')),
	],
	routing: ({ hops, totalRttMs, route }) => [
		...fact('Hops', hops, formatCount),
		...fact('Round trip', totalRttMs, formatMs),
		...fact('Route', route, (nodes) => nodes.join(' → ')),
	],
	connectivity: (summary) => [
		...fact('Peers', summary.peers, formatCount),
		...fact('Reached', summary.reachable, (n) => `${n} of ${summary.dialled ?? 0} dialled`),
		...fact('Not dialled', summary.notDialled, formatCount),
		...fact('Connect', summary.connectMs, spreadText),
		...Object.entries(summary.reasons ?? {}).map(([reason, n]) => ({
			label: reason,
			value: formatCount(n),
		})),
	],
	stress: (summary) => [
		...fact('Rate', summary.ratePerSecond, (rate) => `${rate}/s requested`),
		...fact('Achieved', summary.achievedPerSecond, (rate) => `${rate.toFixed(1)}/s`),
		...fact('Completed', summary.completed, (n) => `${formatCount(n)} of ${summary.sent ?? 0}`),
		...fact('Failed', summary.failed, (n) => join([formatCount(n), errorsText(summary.errors)])),
		...lateFact(summary.late),
		...fact('Latency', summary.latencyMs, spreadText),
		...fact('p99.9', summary.latencyMs?.p999, formatMs),
		...fact('Service', summary.serviceMs, spreadText),
		...fact('At once', summary.mostInFlight, formatCount),
	],
};

/** The figures of a summary; first the reason, when nothing could be measured. */
export function summaryFactsOf(summary: Summary): ResultFact[] {
	// Each entry of the table takes the summaries of its own test.
	const facts = summaryFacts[summary.test] as (each: Summary) => ResultFact[];
	const why =
		summary.outcome === 'cancelled'
			? [{ label: 'Cancelled', value: 'these are the results until then' }]
			: fact('Not measured', summary.reason, String);
	return [...why, ...facts(summary), ...fact('Ended early', summary.endedEarly, String)];
}

/** How one time of a test spread. */
export interface NamedSpread {
	readonly label: string;
	readonly spread: Spread;
}

/** The times of a ping or a connectivity test that spread: `summaryFactsOf` has them as text, by the same labels. */
export function spreadsOf(summary: Summary): readonly NamedSpread[] {
	const named = (label: string, spread: Spread | undefined): NamedSpread[] =>
		spread === undefined ? [] : [{ label, spread }];
	if (summary.test === 'connectivity') return named('Connect', summary.connectMs);
	if (summary.test !== 'ping') return [];
	return [
		...named('Connect', summary.connectMs),
		...named('TLS', summary.tlsMs),
		...named('First byte', summary.firstByteMs),
		...named('Total', summary.totalMs),
	];
}

/** The counts of a histogram as lines of `width` cells, one for each bucket. */
export function histogramLines(buckets: readonly Bucket[], width: number, full: string): string[] {
	const most = Math.max(1, ...buckets.map(({ count }) => count));
	const room = Math.max(1, width - 24);
	return buckets.map(({ upToMs, count }) => {
		const bar = full.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * room)));
		return `${preciseMs(upToMs).padStart(9)}  ${formatCount(count).padStart(7)}  ${bar}`;
	});
}

function lateFact(late: number | undefined): ResultFact[] {
	return fact('Not counted', late, (n) => `${formatCount(n)}: this machine was too busy`);
}

function fact<Value>(
	label: string,
	value: Value | undefined,
	format: (value: Value) => string,
): ResultFact[] {
	return value === undefined ? [] : [{ label, value: format(value) }];
}

function spreadText({ min, avg, p50, p95, p99, max, n }: Spread): string {
	const parts = { min, avg, p50, p95, p99, max };
	const texts = Object.entries(parts).map(([name, ms]) => `${name} ${columnMs(ms)}`);
	return `${texts.join('  ')}  n ${formatCount(n)}`;
}

/** On loopback a tenth of a millisecond is a large step. */
export function preciseMs(ms: number): string {
	return ms < 10 ? `${ms.toFixed(2)} ms` : formatMs(ms);
}

function lossText(ratio: number, { lost, retransmitted }: SummaryOf<'ping'>): string {
	const again = retransmitted ? `, ${retransmitted} of them needed a second packet` : '';
	return `${formatRatio(ratio)} (${lost ?? 0}${again})`;
}

function transferText(transfer: NonNullable<SummaryOf<'bandwidth'>['download']>): string {
	if ('cannot' in transfer) return `not measured: ${transfer.cannot}`;
	const { bytes, elapsedMs, bytesPerSecond, peakBytesPerSecond } = transfer;
	return join([
		`${formatRate(bytesPerSecond)} (${((bytesPerSecond * 8) / 1e6).toFixed(2)} Mbit/s)`,
		`${formatBytes(bytes)} in ${formatMs(elapsedMs)}`,
		peakBytesPerSecond === undefined ? undefined : `peak ${formatRate(peakBytesPerSecond)}`,
	]);
}

function errorsText(errors: Readonly<Record<string, number>> = {}): string | undefined {
	const texts = Object.entries(errors).map(([code, n]) => `${code} ${n}`);
	return texts.length === 0 ? undefined : `(${texts.join(', ')})`;
}

function time(label: string, ms: number | undefined): string | undefined {
	return ms === undefined ? undefined : `${label} ${columnMs(ms)}`;
}

/** A fixed width, so that the figures of several lines are aligned. */
function columnMs(ms: number): string {
	return preciseMs(ms).padStart(7);
}

function join(parts: readonly (string | undefined)[]): string {
	return parts.filter((part) => part !== undefined).join('  ');
}
