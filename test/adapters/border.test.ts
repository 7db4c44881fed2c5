import { describe, expect, it } from 'vitest';
import type { Adapter, ProbeMatch } from '../../source/adapters/adapter.ts';
import type { Dialect } from '../../source/adapters/dialect.ts';
import { guarded, openGuarded, probeGuarded } from '../../source/adapters/guard.ts';
import { createHttp } from '../../source/adapters/http.ts';
import { createDetectingSource, recognise } from '../../source/adapters/recognise.ts';
import { PollError } from '../../source/domain/errors.ts';
import { createMask } from '../../source/domain/mask.ts';
import { Secret } from '../../source/domain/secret.ts';
import type { Reading } from '../../source/sections/snapshot.ts';
import { contextFor, targetFor } from '../helpers/targets.ts';

const target = targetFor('http://192.0.2.1:8551/');
const context = contextFor(target);
const match = (found: string, confidence: ProbeMatch['confidence'] = 'certain') => ({
	found,
	confidence,
});

/** A dialect whose question has this answer, or fails so; what was done is noted. */
function dialect(
	name: string,
	answer: ProbeMatch | PollError | Error | undefined,
	polls: readonly (Reading | Error)[] = [],
) {
	const done: string[] = [];
	const left = [...polls];
	const spoken: Dialect = {
		name,
		probe: () => {
			done.push('asked');
			return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
		},
		open: () => {
			done.push('opened');
			return {
				poll: () => {
					done.push('polled');
					const next = left.shift() ?? {};
					return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
				},
				close: () => void done.push('closed'),
			};
		},
	};
	return { ...spoken, done };
}

describe('what a node speaks', () => {
	const find = (...dialects: readonly Dialect[]) => recognise(dialects, target, context);
	const refused = new PollError('unauthorized', 'not allowed');
	const other = new PollError('badResponse', 'not JSON');
	const missing = new PollError('unsupported', 'no such path');

	it('is the first dialect that is certain, and else the first that is likely', async () => {
		const [maybe, sure, never] = [
			dialect('maybe', match('x', 'likely')),
			dialect('sure', match('y')),
			dialect('never', match('z')),
		];
		expect(await find(maybe, sure, never)).toMatchObject({
			dialect: { name: 'sure' },
			match: match('y'),
		});
		expect(never.done).toEqual([]);
		const later = dialect('later', match('w', 'likely'));
		expect(await find(dialect('none', undefined), maybe, later)).toMatchObject({
			dialect: { name: 'maybe' },
		});
		// What is likely counts more than a server that refuses another question.
		expect(await find(dialect('x', refused), maybe)).toMatchObject({ dialect: { name: 'maybe' } });
	});

	it('is not known where something else answers: what answered counts more than a missing path', async () => {
		expect(await find(dialect('a', missing), dialect('b', other))).toEqual({ otherwise: other });
		const second = new PollError('badResponse', 'later');
		expect(await find(dialect('a', other), dialect('b', second))).toEqual({ otherwise: other });
		expect(await find(dialect('a', missing))).toEqual({ otherwise: undefined });
		expect(await find(dialect('a', undefined))).toEqual({ otherwise: undefined });
	});

	it('cannot be asked of a server that refuses: the first refusal is the reason', async () => {
		const limited = new PollError('rateLimited', 'slower');
		await expect(find(dialect('a', refused), dialect('b', limited))).rejects.toBe(refused);
	});

	it.each(['unreachable', 'timeout'] as const)(
		'is not asked any further after %s',
		async (code) => {
			const error = new PollError(code, 'gone');
			const next = dialect('next', match('x'));
			await expect(find(dialect('a', error), next)).rejects.toBe(error);
			expect(next.done).toEqual([]);
		},
	);

	it('may show a bug of ours, which is told as it is', async () => {
		const bug = new TypeError('a bug');
		await expect(find(dialect('a', bug), dialect('b', match('x')))).rejects.toBe(bug);
	});
});

describe('a node whose dialect is found out', () => {
	const unknown = { message: 'nothing that is known', nextStep: 'check the kind' };
	const http = createHttp(target);
	const source = (...dialects: readonly Dialect[]) =>
		createDetectingSource(dialects, target, { http, unknown });

	it('is asked once for it, and not at all where there is only one', async () => {
		const [a, b] = [dialect('a', undefined), dialect('b', match('b'))];
		const detecting = source(a, b);
		await detecting.poll(context);
		await detecting.poll(context);
		detecting.close();
		expect(a.done).toEqual(['asked']);
		expect(b.done).toEqual(['asked', 'opened', 'polled', 'polled', 'closed']);
		const only = dialect('only', undefined);
		await source(only).poll(context);
		expect(only.done).toEqual(['opened', 'polled']);
		source(only).close();
		expect(only.done).toHaveLength(2);
	});

	it('is asked again once it no longer speaks it, and not for another failure', async () => {
		const gone = new PollError('unsupported', 'no longer');
		const slow = new PollError('timeout', 'late');
		const spoken = dialect('spoken', match('x'), [slow, gone, {}]);
		const detecting = source(dialect('other', undefined), spoken);
		await expect(detecting.poll(context)).rejects.toBe(slow);
		await expect(detecting.poll(context)).rejects.toBe(gone);
		await detecting.poll(context);
		expect(spoken.done).toEqual([
			'asked',
			'opened',
			'polled',
			'polled',
			'closed',
			'asked',
			'opened',
			'polled',
		]);
	});

	it('that speaks none is said with what answered instead', async () => {
		const page = new PollError('badResponse', 'a web page', { httpStatus: 404 });
		await expect(
			source(dialect('a', page), dialect('b', undefined)).poll(context),
		).rejects.toMatchObject({
			code: 'badResponse',
			message: 'nothing that is known: a web page',
			nextStep: 'check the kind',
			httpStatus: 404,
			cause: page,
		});
		await expect(
			source(dialect('a', undefined), dialect('b', undefined)).poll(context),
		).rejects.toMatchObject({
			code: 'unsupported',
			message: 'nothing that is known',
			httpStatus: undefined,
		});
	});
});

const token = 'secret-token-1234';

/** An adapter whose polls and probes end so, one after another. */
function adapterOf(...ends: readonly (Reading | Error)[]): Adapter {
	const left = [...ends];
	const next = () => {
		const end = left.shift() ?? {};
		return end instanceof Error ? Promise.reject(end) : Promise.resolve(end);
	};
	return {
		kind: 'fake',
		title: 'fake node',
		schemes: ['http:'],
		localUrls: [],
		absentSections: {},
		probe: async () => {
			await next();
			return match(`a node with ${token}`);
		},
		open: () => ({ poll: next, close: () => undefined }),
	};
}

describe('the border of an adapter', () => {
	const own = targetFor('http://192.0.2.1:8551/', { token: new Secret(token) });
	const open = (adapter: Adapter, of = target) => openGuarded(adapter, of, createHttp(of));

	it('takes secrets out of whatever comes back', async () => {
		const quoting: Reading = { notes: [`you sent ${token}`] };
		expect((await open(adapterOf(quoting), own).poll(context)).notes).toEqual([
			expect.not.stringContaining(token),
		]);
		expect(await open(adapterOf(quoting)).poll(context)).toBe(quoting);
		const probed = await probeGuarded(adapterOf({}), own, context);
		expect(probed?.found).toMatch(/^a node with /);
		expect(probed?.found).not.toContain(token);
		expect((await probeGuarded(adapterOf({}), target, context))?.found).toContain(token);
	});

	it('says of answers from a cache that they are, beside what was noted before', async () => {
		const http = createHttp(target);
		const cached = contextFor(target, { http: { ...http, takeCacheSign: () => 'Age: 9 s' } });
		expect(await open(adapterOf({ notes: ['first'] })).poll(cached)).toEqual({
			cachedBy: 'Age: 9 s',
			notes: [
				'first',
				'answers come from a cache in front of the node (Age: 9 s): they are not of now',
			],
		});
		expect((await open(adapterOf({})).poll(cached)).notes).toHaveLength(1);
	});

	it('hints at the port only of what never answered as a node', async () => {
		const bad = () => new PollError('badResponse', 'not JSON');
		const source = open(adapterOf(bad(), {}, bad()));
		await expect(source.poll(context)).rejects.toMatchObject({
			message: 'not JSON',
			nextStep: 'this port is for the consensus client only: the RPC is usually at port 8545',
		});
		await source.poll(context);
		await expect(source.poll(context)).rejects.toMatchObject({ nextStep: undefined });
		await expect(probeGuarded(adapterOf(bad()), target, context)).rejects.toMatchObject({
			nextStep: expect.stringContaining('port 8545'),
		});
	});
});

describe('an error at the border', () => {
	const address = 'http://192.0.2.1:8551/';
	const mask = createMask([token]);
	const details = { nextStep: `send ${token}`, retryAfterMs: 5000, httpStatus: 401 };

	it('keeps all but its secrets and its cause', () => {
		const error = new PollError('unauthorized', `refuses ${token}`, {
			...details,
			isOwnLimit: true,
			cause: new Error(token),
		});
		const shown = guarded(error, mask);
		expect(shown).toBeInstanceOf(PollError);
		expect(shown).toMatchObject({
			code: 'unauthorized',
			message: 'refuses ***',
			nextStep: 'send ***',
			retryAfterMs: 5000,
			httpStatus: 401,
			isOwnLimit: true,
		});
		expect(shown).not.toHaveProperty('cause');
		expect(guarded(error, undefined)).toBe(error);
	});

	it('of ours has neither in its words nor in its stack', () => {
		const bug = guarded(new TypeError(`read ${token}`), mask);
		expect(bug).toMatchObject({ message: 'read ***' });
		expect(bug instanceof Error && bug.stack).not.toContain(token);
		const plain = new TypeError(`read ${token}`);
		expect(guarded(plain, undefined)).toBe(plain);
		expect(plain.message).toContain(token);
		expect(guarded('thrown text', mask)).toBe('thrown text');
	});

	it('says what answers, if it is not said yet', () => {
		const hinted = (message: string, more: object = {}, at = 'http://192.0.2.1:22/') =>
			guarded(new PollError('badResponse', message, more), undefined, at);
		expect(hinted('SSH-2.0-OpenSSH', { retryAfterMs: 9, httpStatus: 400 })).toMatchObject({
			code: 'badResponse',
			message: 'SSH-2.0-OpenSSH; it seems to be an SSH server',
			nextStep: 'check the port',
			retryAfterMs: 9,
			httpStatus: 400,
		});
		expect(hinted('SSH-2.0: an SSH server')).toMatchObject({ message: 'SSH-2.0: an SSH server' });
		expect(hinted('Welcome to nginx', { nextStep: 'its own' })).toMatchObject({
			nextStep: 'its own',
		});
		const plain = new PollError('badResponse', 'not JSON', { nextStep: 'its own' });
		expect(guarded(plain, undefined, 'http://192.0.2.1:22/')).toBe(plain);
	});

	it.each<[string, PollError]>([
		[
			'what answers is a limit of ours',
			new PollError('badResponse', 'too large', { isOwnLimit: true }),
		],
		['the server refuses', new PollError('unauthorized', 'no')],
		['nothing listens', new PollError('unreachable', 'refused', { cause: coded('ECONNREFUSED') })],
		['the name is unknown', new PollError('unreachable', 'unknown', { cause: coded('ENOTFOUND') })],
	])('has no hint where %s', (_, error) => {
		expect(guarded(error, undefined, address)).toBe(error);
	});

	it('has one where something hangs up', () => {
		for (const cause of [coded('ECONNRESET'), new Error('no code'), undefined]) {
			const error = new PollError('unreachable', 'hung up', cause && { cause });
			expect(guarded(error, undefined, address)).toMatchObject({
				nextStep: expect.stringContaining('port 8545'),
				...(cause && { cause }),
			});
		}
	});
});

function coded(code: string): Error {
	return Object.assign(new Error(code), { code });
}
