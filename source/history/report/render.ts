import { formatBytes, formatMs, formatRatio, missing } from '../../domain/format.ts';
import type { Incident } from './incidents.ts';
import type { HistoryReport, NodeReport, Percentiles } from './report.ts';

/** A heading, a table below it, and what stands where the table is empty. */
interface Part {
	readonly title: string;
	readonly columns: readonly string[];
	readonly rows: readonly (readonly string[])[];
	readonly empty: string;
	/** Columns from this one on hold numbers. */
	readonly numbersFrom?: number;
}

const time = (atMs: number) => new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');

function titleOf({ span }: HistoryReport): string {
	const [from, until] = [time(span.fromMs), time(span.untilMs)];
	const isOneDay = from.slice(0, 10) === until.slice(0, 10);
	return `nodetop: ${from} to ${isOneDay ? until.slice(11) : until} UTC`;
}

/** The answer first: how available everything was, and what was not. */
function summaryOf({ nodes, incidents }: HistoryReport): string {
	const ratios = nodes.flatMap(({ availability: { ratio } }) => ratio ?? []);
	if (ratios.length === 0) return 'nothing was recorded';
	const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
	const worst = nodes.toSorted((a, b) => ratioOf(a) - ratioOf(b))[0];
	const least =
		worst && ratioOf(worst) < 1
			? `, ${worst.node} the least: ${formatRatio(ratioOf(worst))}`
			: ', all of them always';
	return (
		`${countOf(nodes.length, 'node')}, available ${formatRatio(mean)} of the time${least}; ` +
		countOf(incidents.length, 'incident')
	);
}

function ratioOf({ availability: { ratio = 1 } }: NodeReport): number {
	return ratio;
}

function countOf(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function explainedNote({ explained }: HistoryReport): string {
	return explained === 0 ? '' : ` (they explain ${countOf(explained, 'more alert')})`;
}

/** A recording has no alerts: nobody evaluated rules. */
function noIncidents({ nodes }: HistoryReport): string {
	return nodes.every((node) => ratioOf(node) === 1)
		? 'none'
		: 'none, though nodes were down: no alert fired, or no alerts were evaluated, as in a recording';
}

function partsOf(report: HistoryReport): Part[] {
	return [...whatHappened(report), ...whatToExpect(report)];
}

function whatHappened(report: HistoryReport): Part[] {
	return [
		{
			title: 'Availability, without our own outages',
			columns: ['node', 'available', 'up', 'degraded', 'down', 'not known'],
			rows: report.nodes.map(availabilityRow),
			numbersFrom: 1,
			empty: 'nothing was recorded',
		},
		{
			title: 'Poll latency and finality',
			numbersFrom: 1,
			columns: ['node', 'latency p50', 'p95', 'p99', 'max', 'finality p50', 'p95'],
			rows: report.nodes.map(({ node, latencyMs, finalityMs }) => [
				node,
				...percentiles(latencyMs, ['p50', 'p95', 'p99', 'max']),
				...percentiles(finalityMs, ['p50', 'p95']),
			]),
			empty: 'nothing was recorded',
		},
		{
			title: `Incidents${explainedNote(report)}`,
			columns: ['from (UTC)', 'lasted', 'severity', 'rule', 'about', 'message'],
			rows: report.incidents.map((each) => incidentRow(each, report.span.untilMs)),
			empty: noIncidents(report),
		},
		{
			title: 'What changed',
			columns: ['at (UTC)', 'about', 'change'],
			rows: report.changes.map(({ atMs, about, text }) => [time(atMs), about, text]),
			empty: 'nothing',
		},
		{
			title: 'Annotations',
			columns: ['at (UTC)', 'about', 'text'],
			rows: report.notes.map(({ atMs, about, text }) => [time(atMs), about, text]),
			empty: 'none; `nodetop history annotate` adds one',
		},
	];
}

function whatToExpect(report: HistoryReport): Part[] {
	return [
		{
			title: 'Forecasts',
			numbersFrom: 2,
			columns: ['node', 'of', 'expected', 'at the earliest', 'at the latest'],
			rows: report.nodes.flatMap(forecastRows),
			empty: 'nothing can be foreseen from what was recorded',
		},
		{
			title: 'Advice from the trend',
			columns: ['node', 'advice', 'because'],
			rows: report.advice.map(({ node, text, because }) => [node, text, because]),
			empty: 'none',
		},
		{
			title: 'Not watched, or our own connection was lost',
			columns: ['from (UTC)', 'until (UTC)', 'lasted'],
			rows: report.ownOutages.map(({ fromMs, untilMs }) => [
				time(fromMs),
				time(untilMs),
				formatMs(untilMs - fromMs),
			]),
			empty: 'never',
		},
	];
}

export function toText(report: HistoryReport): string {
	const parts = partsOf(report).map(
		({ title, columns, rows, empty, numbersFrom = Number.POSITIVE_INFINITY }) => {
			if (rows.length === 0) return `${title}\n  ${empty}\n`;
			const all = [columns, ...rows];
			const widths = columns.map((_, index) =>
				Math.max(...all.map((row) => row[index]?.length ?? 0)),
			);
			const lines = all.map((row) =>
				`  ${row.map((cell, index) => padded(cell, widths[index] ?? 0, index >= numbersFrom)).join('  ')}`.trimEnd(),
			);
			return `${title}\n${lines.join('\n')}\n`;
		},
	);
	return `${titleOf(report)}\n${summaryOf(report)}\n\n${parts.join('\n')}`;
}

function padded(cell: string, width: number, isNumber: boolean): string {
	return isNumber ? cell.padStart(width) : cell.padEnd(width);
}

export function toMarkdown(report: HistoryReport): string {
	const escape = (text: string) => text.replaceAll(/[\\|`*_<>[\]]/g, (sign) => `\\${sign}`);
	const row = (cells: readonly string[]) => `| ${cells.map(escape).join(' | ')} |`;
	const rule = (columns: readonly string[], numbersFrom: number) =>
		`| ${columns.map((_, index) => (index >= numbersFrom ? '---:' : '---')).join(' | ')} |`;
	const parts = partsOf(report).map(
		({ title, columns, rows, empty, numbersFrom = Number.POSITIVE_INFINITY }) =>
			rows.length === 0
				? `## ${title}\n\n${empty}\n`
				: `## ${title}\n\n${[row(columns), rule(columns, numbersFrom), ...rows.map(row)].join('\n')}\n`,
	);
	return `# ${titleOf(report)}\n\n${escape(summaryOf(report))}\n\n${parts.join('\n')}`;
}

/** One page that needs nothing else: no script, no picture, nothing from elsewhere. */
export function toHtml(report: HistoryReport): string {
	const row = (tag: string, cells: readonly string[], numbersFrom: number) => {
		const open = (index: number) => (index >= numbersFrom ? `${tag} class="n"` : tag);
		const all = cells.map(
			(cell, index) => `<${open(index)}>${keepDurations(escapeHtml(cell))}</${tag}>`,
		);
		return `<tr>${all.join('')}</tr>`;
	};
	const parts = partsOf(report).map(
		({ title, columns, rows, empty, numbersFrom = Number.POSITIVE_INFINITY }) => {
			const body =
				rows.length === 0
					? `<p>${withCode(escapeHtml(empty))}</p>`
					: `<div class="t"><table>${row('th', columns, numbersFrom)}${rows.map((cells) => row('td', cells, numbersFrom)).join('')}</table></div>`;
			return `<h2>${escapeHtml(title)}</h2>${body}`;
		},
	);
	const title = escapeHtml(titleOf(report));
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><style>${style}</style></head><body><h1>${title}</h1><p>${escapeHtml(summaryOf(report))}</p>${parts.join('')}</body></html>\n`;
}

/** A duration such as `10m 00s` stays on one line. */
function keepDurations(html: string): string {
	return html.replaceAll(/(?<=\d[dhm]) (?=\d)/g, '&nbsp;');
}

const style = [
	':root{color-scheme:light dark}',
	'body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}',
	// A table that is wider than a phone scrolls by itself, not the page.
	'.t{overflow-x:auto}table{border-collapse:collapse;width:100%}',
	'td{overflow-wrap:anywhere;min-width:4rem}td:first-child,.n{white-space:nowrap}',
	'th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884;font-variant-numeric:tabular-nums}',
	'h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.1rem;margin:1.75rem 0 .25rem}',
	'th{font-weight:600;opacity:.75}.n{text-align:right}',
].join('');

const entities: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

function escapeHtml(text: string): string {
	return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}

/** Commands stand between backticks in our own words. */
function withCode(text: string): string {
	return text.replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function availabilityRow({ node, availability }: NodeReport): string[] {
	const { ratio, lastedMs } = availability;
	return [
		node,
		ratio === undefined ? missing : formatRatio(ratio),
		...['up', 'degraded', 'down', 'unknown'].map((status) => formatMs(lastedMs[status] ?? 0)),
	];
}

function incidentRow(incident: Incident, endMs: number): string[] {
	const { rule, severity, about, message, fromMs, untilMs } = incident;
	const duration = formatMs((untilMs ?? endMs) - fromMs);
	const shown = untilMs === undefined ? `${duration}, goes on` : duration;
	return [time(fromMs), shown, severity, rule, about, message];
}

function percentiles(of: Percentiles | undefined, names: readonly (keyof Percentiles)[]): string[] {
	return names.map((name) => (of ? formatMs(of[name]) : missing));
}

function forecastRows({ node, forecasts }: NodeReport): string[][] {
	const { daysUntilDiskFull, daysUntilSynced, isSyncSlowing, trafficPerDayBytes } = forecasts;
	const row = (of: string, forecast: typeof daysUntilDiskFull): string[][] =>
		forecast
			? [[node, of, ...[forecast.expected, forecast.low, forecast.high].map((each) => days(each))]]
			: [];
	const slowing = isSyncSlowing === true ? ', though its rate is falling' : '';
	return [
		...row('disk full in', daysUntilDiskFull),
		...row(`synced in${slowing}`, daysUntilSynced),
		...(trafficPerDayBytes === undefined
			? []
			: [[node, 'traffic of the next day', formatBytes(trafficPerDayBytes), missing, missing]]),
	];
}

function days(count: number | undefined): string {
	return count === undefined ? missing : `${Number(count.toPrecision(2))} d`;
}
