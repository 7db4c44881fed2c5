import type { ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttp } from '../../../source/adapters/http.ts';
import type { Http } from '../../../source/adapters/http.ts';
import { identify } from '../../../source/adapters/probe.ts';
import { PollError } from '../../../source/domain/errors.ts';
import { readingSchema } from '../../../source/sections/snapshot.ts';
import type { Reading } from '../../../source/sections/snapshot.ts';
import { startServer } from '../../helpers/http-server.ts';
import type { TestServer } from '../../helpers/http-server.ts';
import { contextFor, targetFor } from '../../helpers/targets.ts';
import { fixture, systems } from './systems.ts';
import type { System } from './systems.ts';
import { variantsOfJson, variantsOfText } from './variants.ts';
import type { Answer, Variant } from './variants.ts';

let server: TestServer;
let answers: ReadonlyMap<string, Answer> = new Map();
/** For JSON-RPC: the same answer to a method in a batch and alone. */
let results: ReadonlyMap<string, Buffer | string> = new Map();

beforeAll(async () => {
	server = await startServer(({ method, path, body }, response) => {
		const [name = path] = path.split('?', 1);
		const known = answers.get(`${method} ${name}`);
		if (known) send(response, known);
		else if (method === 'POST' && [...results.keys()].some(isMethod)) answerRpc(body, response);
		else send(response, { body: '404', headers: { 'content-type': 'text/plain' } }, 404);
	});
});
afterAll(() => server.close());

function send(response: ServerResponse, { body, headers }: Answer, status = 200): void {
	response.writeHead(status, headers);
	response.end(body);
}

const isMethod = (key: string) => !/^(?:GET|POST) /.test(key);

interface Question {
	readonly id: unknown;
	readonly method: string;
}

function answerRpc(body: string, response: ServerResponse): void {
	const asked = JSON.parse(body) as Question | readonly Question[]; // Our own program's.
	const plain = 'method' in asked ? answers.get(asked.method) : undefined;
	const answerTo = ({ id, method }: Question): string => {
		const error = { code: -32_601, message: 'Method not found' };
		const found = results.get(method) ?? JSON.stringify({ jsonrpc: '2.0', id: 1, error });
		// In a batch a body that came compressed is as it was before.
		const text = typeof found === 'string' ? found : inflated(found);
		return text.replace(/^(\{\s*"jsonrpc":\s*"2.0",\s*"id":\s*)\d+/, `$1${String(id)}`);
	};
	if (plain && typeof plain.body !== 'string') {
		send(response, plain);
		return;
	}
	const text = 'method' in asked ? answerTo(asked) : `[${asked.map(answerTo).join(',')}]`;
	send(response, { body: text, headers: plain?.headers ?? { 'content-type': 'application/json' } });
}

function inflated(body: Buffer): string {
	try {
		return gunzipSync(body).toString();
	} catch {
		// Cut short, it is no more than bytes.
		return body.toString();
	}
}

/** Every file's variants, the file as it is first: those of a JSON-RPC result stand in its envelope. */
function variantsOf(key: string, file: string): Variant[] {
	const text = fixture(file);
	if (file.endsWith('.txt')) return variantsOfText(text);
	const value: unknown = JSON.parse(text);
	if (!isMethod(key)) return variantsOfJson(value, (changed) => changed);
	const { result } = value as { readonly result: unknown }; // A JSON-RPC answer.
	return variantsOfJson(result, (changed) => ({ jsonrpc: '2.0', id: 1, result: changed }));
}

/** To make the forms costs more than to read them: the untouched files of a system are made once. */
const originals = new Map<string, Answer>();

function originalOf(key: string, file: string): Answer {
	const known = originals.get(file);
	if (known) return known;
	const [original] = variantsOf(key, file);
	if (!original) throw new Error(`no sample ${file}`);
	const answer = isLong(original.answer) ? shortened(original.answer) : original.answer;
	originals.set(file, answer);
	return answer;
}

const isLong = ({ body }: Answer) => body.length > 100_000;

/** Beside another answer that is varied, metrics of this size need no comments and no buckets. */
function shortened({ body, headers }: Answer): Answer {
	const lines = body.toString().split('\n');
	const kept = lines.filter((line) => !line.startsWith('#') && !line.includes('_bucket'));
	return { body: kept.join('\n'), headers };
}

function serve(system: System, changed?: { readonly key: string; readonly answer: Answer }): void {
	const all = Object.entries(system.answers).map(([key, file]): [string, Answer] => [
		key,
		key === changed?.key ? changed.answer : originalOf(key, file),
	]);
	answers = new Map(all);
	results = new Map(all.map(([key, { body }]) => [key, body]));
}

/** A client a system, whose connection is kept from one reading to the next. */
const clients = new Map<System, Http>();

async function read(system: System): Promise<Reading | PollError> {
	const target = targetFor(server.url, {
		kind: system.adapter.kind,
		timeoutMs: 3000,
		...(system.metricsPath !== undefined && { metricsUrl: server.url + system.metricsPath }),
	});
	const http = clients.get(system) ?? createHttp(target);
	clients.set(system, http);
	const source = system.adapter.open(target, http);
	try {
		return await source.poll(contextFor(target, { http }));
	} catch (error) {
		if (error instanceof PollError) return error;
		throw error;
	} finally {
		source.close();
	}
}

/** What a node can have said: all but what we measured and what is about the poll. */
function told(reading: Reading): unknown {
	const { latencyMs: _latencyMs, clock: _clock, endpoints: _endpoints, ...sections } = reading;
	return sections;
}

function zerosIn(value: unknown, path = ''): string[] {
	if (value === 0 || value === '0') return [path];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, inner]) => zerosIn(inner, `${path}.${key}`));
}

// oxlint-disable-next-line no-control-regex -- that is what is looked for
const controls = /[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
}

function problemsOf(
	reading: Reading | PollError,
	{ hasNoNumbers }: Variant,
	allowed: ReadonlySet<string>,
): string[] {
	if (reading instanceof PollError) {
		return controls.test(reading.message) ? ['a control character in the error'] : [];
	}
	const parsed = readingSchema.safeParse(reading);
	if (!parsed.success) return [`does not fit the schema: ${parsed.error.issues[0]?.message}`];
	const hostile = textsIn(reading).filter((text) => controls.test(text));
	const zeros = hasNoNumbers ? zerosIn(told(reading)).filter((path) => !allowed.has(path)) : [];
	return [
		...hostile.map((text) => `a control character in ${JSON.stringify(text)}`),
		...zeros.map((path) => `0 for what was not said: ${path}`),
	];
}

describe.each(systems)('$name', (system) => {
	it('is read from its samples', async () => {
		serve(system);
		const reading = await read(system);
		expect(reading).not.toBeInstanceOf(PollError);
		expect(problemsOf(reading, { ...sample, hasNoNumbers: false }, new Set())).toEqual([]);
	});

	it.each(Object.entries(system.answers))(
		'whatever %s says: no crash, no lie',
		async (key, file) => {
			serve(system);
			const original = await read(system);
			const zeros = new Set(original instanceof PollError ? [] : zerosIn(told(original)));
			const found: string[] = [];
			for (const variant of variantsOf(key, file)) {
				serve(system, { key, answer: variant.answer });
				const reading = await read(system);
				// What another answer told may well be 0; one answer alone has nothing else to go by.
				const isOnly = Object.keys(system.answers).length === 1;
				const allowed = isOnly ? new Set<string>() : zeros;
				found.push(
					...problemsOf(reading, variant, allowed).map((what) => `${variant.name}: ${what}`),
				);
				if (variant.isSame && reading instanceof PollError) {
					found.push(`${variant.name}: ${reading.message}`);
				}
			}
			expect(found).toEqual([]);
		},
		30_000,
	);
});

const sample: Variant = {
	name: 'as it is',
	answer: { body: '', headers: {} },
	hasNoNumbers: false,
	isSame: true,
};

describe('no system is taken for another', () => {
	it.each(systems)('$name', async (system) => {
		serve(system);
		// Metrics that stand elsewhere are no answer at the node's own address.
		answers = new Map([...answers].filter(([key]) => key !== `GET ${system.metricsPath}`));
		const target = targetFor(server.url, { kind: undefined, timeoutMs: 3000 });
		const { kind } = (await identify(target, contextFor(target))) ?? {};
		expect(kind).toBe(system.adapter.kind);
	});
});
