import { gzipSync } from 'node:zlib';

/** An answer as it goes over the wire. */
export interface Answer {
	readonly body: string | Buffer;
	readonly headers: Readonly<Record<string, string>>;
}

export interface Variant {
	readonly name: string;
	readonly answer: Answer;
	/** No number is left in it that a reader could take. */
	readonly hasNoNumbers: boolean;
	/** It says the same as the original. */
	readonly isSame: boolean;
}

const jsonType = { 'content-type': 'application/json' };
const textType = { 'content-type': 'text/plain; version=0.0.4' };

type Change = (value: unknown, key: string) => unknown;

/** Changes every leaf, and then what holds it, from the inside out. */
function changeAll(value: unknown, change: Change, key = ''): unknown {
	if (Array.isArray(value)) {
		const changed = value.map((each: unknown) => changeAll(each, change, key));
		return change(changed, key);
	}
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value).map(([name, each]) => [
			name,
			changeAll(each, change, name),
		]);
		return change(Object.fromEntries(entries), key);
	}
	return change(value, key);
}

const isNumeric = (value: unknown) =>
	typeof value === 'number' ||
	(typeof value === 'string' && /^(?:0x[\da-f]+|[\d.]+)$/i.test(value));
const eachNumber =
	(to: unknown): Change =>
	(value) =>
		isNumeric(value) ? to : value;
const eachText =
	(to: unknown): Change =>
	(value) =>
		typeof value === 'string' && !isNumeric(value) ? to : value;
const eachList =
	(to: unknown): Change =>
	(value) =>
		Array.isArray(value) ? to : value;
const twice: Change = (value) => (Array.isArray(value) ? [...value, ...value] : value);
const reversed: Change = (value) => (Array.isArray(value) ? value.toReversed() : value);

const changes: readonly (readonly [name: string, change: Change, hasNoNumbers?: true])[] = [
	['numbers null', eachNumber(null), true],
	['numbers text', eachNumber('many'), true],
	['numbers negative', eachNumber(-1), true],
	['numbers fractions', eachNumber(0.5)],
	['numbers beyond 2^53', eachNumber(2 ** 60)],
	['numbers beyond 2^64, as text', eachNumber('99999999999999999999999999')],
	['numbers lists', eachNumber([]), true],
	['numbers truth', eachNumber(true), true],
	['numbers NaN, as text', eachNumber('NaN'), true],
	['texts null', eachText(null)],
	['texts numbers', eachText(7)],
	['texts hostile', eachText('\u001B]0;x\u0007\u202E<script>\u0000')],
	['texts long', eachText('x'.repeat(5000))],
	['texts empty', eachText('')],
	['lists empty', eachList([])],
	['lists objects', eachList({})],
	['lists null', eachList(null)],
	['lists of null', (value) => (Array.isArray(value) ? [null, ...value] : value)],
	['lists twice', twice],
	['lists reversed', reversed],
];

/** Each key of the upper levels is gone once, renamed once. */
function missing(root: unknown): [string, unknown][] {
	const found: [string, unknown][] = [];
	const walk = (value: unknown, path: readonly string[]) => {
		if (typeof value !== 'object' || value === null || path.length > 2) return;
		for (const [key, inner] of Object.entries(value).slice(0, 8)) {
			found.push([`without ${[...path, key].join('.')}`, without(root, [...path, key])]);
			walk(inner, [...path, key]);
		}
	};
	walk(root, []);
	return found.slice(0, 6);
}

function without(value: unknown, [key = '', ...rest]: readonly string[]): unknown {
	if (typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) {
		return value.map((each: unknown, index) => (`${index}` === key ? without(each, rest) : each));
	}
	const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
		if (name !== key) return [[name, inner]];
		return rest.length === 0 ? [] : [[name, without(inner, rest)]];
	});
	return Object.fromEntries(entries);
}

const variant = (
	name: string,
	body: string | Buffer,
	headers: Answer['headers'],
	marks = {},
): Variant => ({
	name,
	answer: { body, headers },
	hasNoNumbers: false,
	isSame: false,
	...marks,
});

/** What changes nothing in a file, as a number in one without numbers, is asked once with all its marks. */
function distinct(all: readonly Variant[]): Variant[] {
	const byAnswer = new Map<string, Variant>();
	for (const each of all) {
		const { body, headers } = each.answer;
		const key = `${JSON.stringify(headers)} ${typeof body === 'string' ? body : body.toString('base64')}`;
		const known = byAnswer.get(key);
		const hasNoNumbers = each.hasNoNumbers || known?.hasNoNumbers === true;
		byAnswer.set(key, { ...(known ?? each), hasNoNumbers });
	}
	return [...byAnswer.values()];
}

/** `wrap` puts what was changed into its envelope. */
export function variantsOfJson(value: unknown, wrap: (value: unknown) => unknown): Variant[] {
	const text = (changed: unknown) => JSON.stringify(wrap(changed));
	const original = text(value);
	return distinct([
		variant('as it is', original, jsonType, { isSame: true }),
		variant(
			'indented, CRLF',
			JSON.stringify(wrap(value), null, 2).replaceAll('\n', '\r\n'),
			jsonType,
			{ isSame: true },
		),
		variant(
			'gzip',
			gzipSync(original),
			{ ...jsonType, 'content-encoding': 'gzip' },
			{ isSame: true },
		),
		variant('another content type', original, { 'content-type': 'text/html' }, { isSame: true }),
		variant('truncated', original.slice(0, Math.floor(original.length / 2)), jsonType),
		variant('truncated gzip', gzipSync(original).subarray(0, 30), {
			...jsonType,
			'content-encoding': 'gzip',
		}),
		variant('empty', '', jsonType),
		variant('a page', '<!doctype html><html>502</html>', { 'content-type': 'text/html' }),
		...[null, [], {}, 0, '', true].map((odd) =>
			variant(`only ${JSON.stringify(odd)}`, text(odd), jsonType),
		),
		...changes.map(([name, change, hasNoNumbers = false]) =>
			variant(name, text(changeAll(value, change)), jsonType, { hasNoNumbers }),
		),
		...missing(value).map(([name, changed]) => variant(name, text(changed), jsonType)),
	]);
}

/** Of Prometheus text. */
export function variantsOfText(original: string): Variant[] {
	const values = (to: string) => original.replaceAll(/^([^#\s][^\n]*?\s)(\S+)$/gm, `$1${to}`);
	const lines = original.split('\n');
	const of = (name: string, text: string | Buffer, marks = {}) =>
		variant(name, text, textType, marks);
	return distinct([
		of('as it is', original, { isSame: true }),
		of('CRLF', original.replaceAll('\n', '\r\n')),
		variant(
			'gzip',
			gzipSync(original),
			{ ...textType, 'content-encoding': 'gzip' },
			{ isSame: true },
		),
		variant('another content type', original, { 'content-type': 'text/html' }, { isSame: true }),
		of('a BOM before', `\uFEFF${original}`),
		of('values NaN', values('NaN'), { hasNoNumbers: true }),
		of('values +Inf', values('+Inf'), { hasNoNumbers: true }),
		of('values -Inf', values('-Inf'), { hasNoNumbers: true }),
		of('values negative', values('-5'), { hasNoNumbers: true }),
		of('values too large', values('1e400'), { hasNoNumbers: true }),
		of('values words', values('many'), { hasNoNumbers: true }),
		of('values beyond 2^53', values('1.8446744073709552e+19')),
		of('values tiny', values('1e-320')),
		of('values gone', values(''), { hasNoNumbers: true }),
		of('lines twice', `${original}\n${original}`),
		of('lines reversed', lines.toReversed().join('\n')),
		of('labels renamed', original.replaceAll(/([{,])(\w+)=/g, '$1x_$2=')),
		of('labels empty', original.replaceAll(/="[^"]*"/g, '=""')),
		of('labels hostile', original.replaceAll(/="[^"]*"/g, '="\u001B[31m\u202E\\n"')),
		of('names renamed', original.replaceAll(/^(?=[a-z])/gm, 'x_')),
		of('without comments', lines.filter((line) => !line.startsWith('#')).join('\n')),
		of('truncated', original.slice(0, Math.floor(original.length * 0.6))),
		of('truncated in a label', original.slice(0, original.lastIndexOf('"') - 1)),
		of('empty', ''),
		of('a page', '<!doctype html><html>502</html>'),
		of(
			'bytes of no text',
			Buffer.from(Buffer.from(original).map((byte, index) => (index % 97 === 0 ? 255 : byte))),
		),
	]);
}
