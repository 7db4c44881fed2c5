import { stripControls } from '../../domain/clean.ts';
import type { Family, Labels, Sample } from './family.ts';

/** Prometheus text, version 0.0.4. */
export function toPrometheusText(families: readonly Family[]): string {
	return families
		.map(({ name, type, help, samples }) => {
			const header = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type === 'counter' ? 'counter' : 'gauge'}\n`;
			return header + samples.map((sample) => sampleLine(name, sample)).join('');
		})
		.join('');
}

/** Units that a name may end with, for `# UNIT`. */
const units = ['seconds', 'bytes', 'ratio', 'dollars'];

/** OpenMetrics 1.0: a counter and an info are named without their endings, and the text has an end. */
export function toOpenMetrics(families: readonly Family[]): string {
	const written = families.map(({ name, type, help, samples }) => {
		const base = name.replace(endings[type], '');
		const unit = units.find((each) => base.endsWith(`_${each}`));
		return [
			`# TYPE ${base} ${type}\n`,
			unit === undefined || type === 'info' ? '' : `# UNIT ${base} ${unit}\n`,
			`# HELP ${base} ${escapeLabel(help)}\n`,
			...samples.map((sample) => sampleLine(name, sample)),
		].join('');
	});
	return `${written.join('')}# EOF\n`;
}

const endings = { counter: /_total$/, info: /_info$/, gauge: /$/ } as const;

export function sampleLine(name: string, { labels, value }: Sample): string {
	return `${name}${labelText(labels)} ${numberText(value)}\n`;
}

/** `{node="a",kind="evm"}`; empty without labels. */
function labelText(labels: Labels): string {
	const entries = Object.entries(labels);
	if (entries.length === 0) return '';
	return `{${entries.map(([name, value]) => `${name}="${escapeLabel(stripControls(value))}"`).join(',')}}`;
}

function numberText(value: number): string {
	if (Number.isFinite(value)) return String(value);
	return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function escapeHelp(text: string): string {
	return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
	return escapeHelp(text).replaceAll('"', '\\"');
}
