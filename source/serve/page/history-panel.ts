import { formatNumber } from '../../domain/units.ts';
import type { NumberUnit } from '../../domain/units.ts';
import { drawChart } from './chart.ts';
import type { Points } from './chart.ts';
import type { Connection } from './connection.ts';
import { make } from './dom.ts';

interface Metric {
	readonly node: string;
	readonly metric: string;
	readonly title: string;
	readonly unit: NumberUnit;
}

const spans = [
	['15 min', 15],
	['1 h', 60],
	['6 h', 360],
	['1 d', 1440],
	['7 d', 10_080],
] as const;
const usualMetric = 'poll.latencyMs';

/** One recorded number of a node as a chart; which one and over which time is chosen. */
export class HistoryPanel {
	readonly element: HTMLElement;
	readonly #connection: Connection;
	readonly #metric = make('select', { id: 'metric' });
	readonly #span = make('select', { id: 'span' });
	readonly #chart = make('div');
	#metrics: readonly Metric[] = [];
	#node = '';

	constructor(connection: Connection) {
		this.#connection = connection;
		for (const [label, minutes] of spans) {
			this.#span.append(make('option', { value: String(minutes) }, label));
		}
		this.#span.value = '60';
		for (const choice of [this.#metric, this.#span]) {
			choice.addEventListener('change', () => void this.#saying(this.#draw()));
		}
		const number = make('label', { for: 'metric' }, 'Number');
		const over = make('label', { for: 'span' }, 'Over');
		const choices = make('div', { class: 'choices' }, number, this.#metric, over, this.#span);
		this.element = make('div', { class: 'panel' }, make('h3', {}, 'History'), choices, this.#chart);
	}

	open(node: string): void {
		this.#node = node;
		this.#metrics = [];
		this.#chart.replaceChildren();
		void this.#saying(this.#load(node));
	}

	async #load(node: string): Promise<void> {
		const all = (await this.#connection.get('/api/v1/history/metrics')) as Metric[];
		if (node !== this.#node) return;
		this.#metrics = all
			.filter((each) => each.node === node)
			.toSorted((a, b) => a.title.localeCompare(b.title));
		const options = this.#metrics.map(({ metric, title }) =>
			make('option', { value: metric }, title),
		);
		this.#metric.replaceChildren(...options);
		if (this.#metrics.some(({ metric }) => metric === usualMetric))
			this.#metric.value = usualMetric;
		await this.#draw();
	}

	async #draw(): Promise<void> {
		const chosen = this.#metrics.find(({ metric }) => metric === this.#metric.value);
		if (!chosen) {
			this.#chart.replaceChildren(make('p', { class: 'dim' }, 'nothing was recorded yet'));
			return;
		}
		const { metric, title, unit } = chosen;
		const spanMs = String(Number(this.#span.value) * 60_000);
		const query = new URLSearchParams({ metric, node: this.#node, spanMs });
		const { series } = (await this.#connection.get(`/api/v1/history?${query}`)) as {
			series: { points: Points }[];
		};
		const show = (value: number): string => formatNumber(unit, value);
		this.#chart.replaceChildren(drawChart(title, series[0]?.points ?? [], show));
	}

	async #saying(work: Promise<void>): Promise<void> {
		try {
			await work;
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			this.#chart.replaceChildren(make('p', { class: 'dim' }, message));
		}
	}
}
