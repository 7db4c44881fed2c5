import { excerpt, statusError } from '../../source/adapters/http-errors.ts';
import { parseJson } from '../../source/adapters/http.ts';
import { parsePrometheusText } from '../../source/adapters/prometheus-text.ts';
import { parseBoundedJson } from '../../source/domain/bounded-json.ts';
import { clean, stripControls, truncate } from '../../source/domain/clean.ts';
import { maskUrl } from '../../source/domain/secret.ts';

/**
 * Runs each function that takes foreign text over texts of two sizes made of one pattern, and prints the
 * processor time of both as a line of JSON: what grows faster than its input shows by the ratio of the two.
 * A process of its own, so that nothing else is in the figures.
 */
const texts: Readonly<Record<string, string>> = {
	'<': '<',
	'an 8-bit string introducer': '\u009D',
	'a 7-bit string introducer': '\u001B]',
	'an 8-bit control sequence': '\u009B1;',
	'[': '[',
	'{"a":': '{"a":',
	'"\\': '"\\',
	'a list of misfits': '[1],',
	spaces: ' ',
	'combining marks': '\u0301',
	'wide characters': '日',
	'a long line of labels': 'a="b",',
	'new lines': '\n',
	'name{': 'name{',
};

const functions: Readonly<Record<string, (text: string) => unknown>> = {
	clean: (text) => clean(text),
	stripControls,
	truncate: (text) => truncate(text, 40),
	excerpt,
	statusError: (body) => statusError({ statusCode: 403, headers: {}, body }),
	parseJson: (body) => parseJson({ body }),
	parseBoundedJson: (text) => parseBoundedJson(text),
	parsePrometheusText: (text) => parsePrometheusText(text),
	maskUrl: (text) => maskUrl(`http://${text}`),
};

/** The least processor time of three runs, in ms: other programs on the machine do not count. */
function cost(work: (text: string) => unknown, text: string): number {
	const runs = Array.from({ length: 3 }, () => {
		const before = process.cpuUsage();
		try {
			work(text);
		} catch {
			// What is no such text is refused: the work until then counts.
		}
		const { user, system } = process.cpuUsage(before);
		return (user + system) / 1000;
	});
	return Math.min(...runs);
}

const [small = 0, large = 0] = process.argv.slice(2).map(Number);
const filled = (unit: string, size: number) =>
	unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
for (const [name, work] of Object.entries(functions)) {
	for (const [what, unit] of Object.entries(texts)) {
		const smallMs = cost(work, filled(unit, small));
		const largeMs = cost(work, filled(unit, large));
		console.log(JSON.stringify({ name, what, smallMs, largeMs }));
	}
}
